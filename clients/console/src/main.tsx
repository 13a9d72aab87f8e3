/** The console's first lines: they follow links and show the shell. */
import "./ui/theme.css";
import "./ui/ui.css";
import "./shell/shell.css";

// The descriptions of the messages take most of the time until something is seen. One by one they leave room for
// what the reader does meanwhile.
const shell = () => import("./shell/start");
const described = [import("@gen/bellrope/v1/projects_pb"), import("@gen/bellrope/v1/deliveries_pb")];
for (const each of described) await each;
void shell();
