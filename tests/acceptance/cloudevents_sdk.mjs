// Reads requests as JSON from standard input, and prints the CloudEvents that the official SDK makes of them.
import { isUtf8 } from "node:buffer";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { HTTP } = createRequire(process.argv[2] + "/")("cloudevents");

const events = JSON.parse(readFileSync(0, "utf8")).map(({ headers, body }) => {
  const bytes = Buffer.from(body, "base64");
  const event = HTTP.toEvent({ headers, body: isUtf8(bytes) ? bytes.toString() : bytes });
  event.validate();
  const { data, data_base64, ...attributes } = event.toJSON();
  return { attributes, data, data_base64 };
});
console.log(JSON.stringify(events));
