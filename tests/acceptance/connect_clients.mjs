// Calls a server with the Connect protocol's own clients, and prints what each of them was told, as JSON.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [, , folder, protos, baseUrl, prefix] = process.argv;
const packages = createRequire(`${folder}/`);
const { createFileRegistry, fromBinary } = packages("@bufbuild/protobuf");
const { FileDescriptorSetSchema } = packages("@bufbuild/protobuf/wkt");
const { ConnectError, createClient } = packages("@connectrpc/connect");
const node = packages("@connectrpc/connect-node");
const web = packages("@connectrpc/connect-web");

const EXACT = Buffer.from('{"n": 18446744073709551616, "f": 1.0, "z": -0, "t": "\\u0000"}');
const LARGE = Buffer.from(JSON.stringify("x".repeat(300_000)));
const TRANSPORTS = {
  web_json: web.createConnectTransport({ baseUrl }),
  web_proto: web.createConnectTransport({ baseUrl, useBinaryFormat: true }),
  node_proto: node.createConnectTransport({ baseUrl, httpVersion: "1.1" }),
  node_json_gzip: node.createConnectTransport({
    baseUrl,
    httpVersion: "1.1",
    useBinaryFormat: false,
    sendCompression: node.compressionGzip,
    compressMinBytes: 1,
  }),
};
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(protos)));
const service = (name) => registry.getService(`bellrope.v1.${name}`);
const detail = (error, name) => error.findDetails(registry.getMessage(`google.rpc.${name}`))[0];

async function failure(call) {
  try {
    return { answer: await call() };
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    return {
      code: error.code,
      reason: detail(error, "ErrorInfo")?.reason,
      field: detail(error, "BadRequest")?.fieldViolations[0].field,
      requestId: error.metadata.get("x-request-id")?.length,
    };
  }
}

async function all(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

async function use(transport, project, webhook) {
  const names = ["Projects", "Triggers", "Eventing", "Deliveries"];
  const [projects, triggers, eventing, deliveries] = names.map((name) => createClient(service(name), transport));
  await projects.createProject({ project: { name: project } });
  for (const type of ["answers", "hangs"]) {
    await triggers.createTrigger({ project, trigger: { name: type, type, url: `${webhook.url}/${type}` } });
  }
  const said = {};

  const begun = new AbortController();
  const tail = deliveries.tail({ project }, { signal: begun.signal })[Symbol.asyncIterator]();
  said.first = (await tail.next()).value.kind;
  await eventing.queue({ project, type: "exact", id: "exact", data: EXACT });
  said.fact = (await tail.next()).value.eventId;
  begun.abort();
  said.aborted = await failure(() => tail.next());

  said.exact = EXACT.equals((await deliveries.getEvent({ project, eventId: "exact" })).data);
  await eventing.queue({ project, type: "large", id: "large", data: LARGE });
  said.large = LARGE.equals((await deliveries.getEvent({ project, eventId: "large" })).data);
  const answered = await eventing.triggerSync({ project, type: "answers", data: EXACT });
  said.result = Buffer.from(answered.result).toString();

  said.refused = await failure(() => eventing.queue({ project, type: "two words" }));
  said.nobody = await failure(() => all(deliveries.tail({ project: "nobody" })));
  said.late = await failure(() => eventing.triggerSync({ project, type: "hangs" }, { timeoutMs: 100 }));
  said.lateStream = await failure(() => all(deliveries.tail({ project }, { timeoutMs: 100 })));
  const given = new AbortController();
  webhook.called(() => given.abort());
  said.givenUp = await failure(() => eventing.triggerSync({ project, type: "hangs" }, { signal: given.signal }));

  const bulk = await deliveries.startBulkAction({ project, action: 3, filter: { trigger: "answers" } });
  const watched = await all(deliveries.watchBulkAction({ project, bulkAction: bulk.bulkAction }));
  said.watched = watched.at(-1).state;
  await projects.deleteProject({ project });
  return said;
}

let called = () => {};
const hook = createServer((request, response) => {
  if (request.url === "/answers") response.end('{"exact": 1.0}');
  else called();
});
await new Promise((listening) => hook.listen(0, "127.0.0.1", listening));
const webhook = {
  url: `http://127.0.0.1:${hook.address().port}`,
  called: (then) => (called = then),
};

const said = {};
for (const [name, transport] of Object.entries(TRANSPORTS)) {
  said[name] = await use(transport, `${prefix}-${name.replaceAll("_", "-")}`, webhook);
}
const requests = (async function* () {
  yield { event: { project: "default", type: "a" } };
})();
const stream = createClient(service("Eventing"), TRANSPORTS.node_proto).queueStream(requests);
said.queueStream = await failure(() => all(stream));
console.log(JSON.stringify(said, (_, value) => (typeof value === "bigint" ? String(value) : value)));
process.exit(0);
