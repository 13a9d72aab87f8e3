/** The console's first line: it follows links and shows the shell. */
import { render } from "preact";
import { start } from "./router";
import { Shell } from "./shell/Shell";
import "./ui/theme.css";
import "./ui/ui.css";
import "./shell/shell.css";

start();
render(<Shell />, document.getElementById("console")!);
