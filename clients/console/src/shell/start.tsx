/** Shows the shell. */
import { render } from "preact";
import { start } from "../router";
import { Shell } from "./Shell";

start();
render(<Shell />, document.getElementById("console")!);
