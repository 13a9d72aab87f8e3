/** Runs the scenario in Node, with its arguments as JSON. */

import { scenario } from "./scenario.js";

const [settings, hook, name] = JSON.parse(process.argv[2] ?? "[]");
console.log(JSON.stringify(await scenario(settings, hook, name)));
