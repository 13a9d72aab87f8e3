/** An event of a type as a program: in Python and TypeScript with our clients, in Go with its own. */
import { key } from "../../api/key";
import { server } from "../../api/transport";

export interface Sending {
  project: string;
  type: string;
  /** JSON text, byte for byte. */
  data: string;
}

const NAMED = "BELLROPE_KEY";

/** A text in quotes: the escapes of JSON are those of Python, TypeScript and Go, too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The server's gRPC address, if its port is the usual one. */
function grpc(): string {
  return `${server.hostname}:4123`;
}

export function python({ project, type, data }: Sending): string {
  const settings = [quoted(grpc()), `project=${quoted(project)}`];
  if (key.value) settings.push(`key=os.environ["${NAMED}"]`);
  return [
    ...(key.value ? ["import os", ""] : []),
    "from bellrope import Client, RawJSON",
    "",
    `with Client(${settings.join(", ")}) as client:`,
    `    client.queue(${quoted(type)}, RawJSON(${quoted(data)}))`,
    "",
  ].join("\n");
}

export function typescript({ project, type, data }: Sending): string {
  const settings = [`server: ${quoted(grpc())}`, `project: ${quoted(project)}`];
  if (key.value) settings.push(`key: process.env.${NAMED}`);
  return [
    'import { Bellrope, RawJSON } from "bellrope";',
    "",
    `const bellrope = new Bellrope({ ${settings.join(", ")} });`,
    `await bellrope.queue(${quoted(type)}, new RawJSON(${quoted(data)}));`,
    "",
  ].join("\n");
}

export function go({ project, type, data }: Sending): string {
  const url = new URL(`v1/projects/${encodeURIComponent(project)}/events:queue`, server).href;
  const body = `{"type": ${JSON.stringify(type)}, "data": ${data}}`;
  return [
    "package main",
    "",
    `import (\n\t"log"\n\t"net/http"${key.value ? '\n\t"os"' : ""}\n\t"strings"\n)`,
    "",
    "func main() {",
    `\tbody := strings.NewReader(${quoted(body)})`,
    `\trequest, err := http.NewRequest("POST", ${quoted(url)}, body)`,
    "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}",
    '\trequest.Header.Set("Content-Type", "application/json")',
    ...(key.value ? [`\trequest.Header.Set("Authorization", "Bearer "+os.Getenv("${NAMED}"))`] : []),
    "\tanswer, err := http.DefaultClient.Do(request)",
    "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}",
    "\tdefer answer.Body.Close()",
    "\tif answer.StatusCode != http.StatusOK {\n\t\tlog.Fatal(answer.Status)\n\t}",
    "}",
    "",
  ].join("\n");
}
