// A call as people would make it elsewhere: with curl, or in Python.
//
// A call has `method`, `url`, `headers` (pairs), `body` (text or null), `stream`, `keyed`, `grpc` (an address),
// `values` (pairs of a parameter and its text) and `rpc` (what the document says of its RPC, if it is one).

import { parse, Raw } from "/docs/json.js";

const KEY = "BELLROPE_ADMIN_KEY";
const LINE = 88;

const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function curl({ method, url, headers, body, stream, keyed }) {
  const flags = stream ? "-N " : method === "OPTIONS" ? "-i " : "";
  const verb = method === "GET" || (method === "POST" && body !== null) ? "" : `-X ${method} `;
  const parts = [`curl ${flags}${verb}${shell(url)}`];
  if (keyed) parts.push(`-H "Authorization: Bearer $${KEY}"`);
  parts.push(...headers.map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`));
  if (body !== null) parts.push(`--data-raw ${shell(body)}`);
  return parts.join(" \\\n  ");
}

export function python(call) {
  try {
    return (EVENTS[call.rpc?.name] ?? (call.rpc ? ofRpc : ofHttp))(call) ?? ofHttp(call);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return ofHttp(call); // the body is not JSON, and the server will say so
  }
}

// Python's text of a value of `parse`, broken into lines if it is long.
function literal(value, indent = "") {
  if (value instanceof Raw) return value.text;
  if (value === null || typeof value === "boolean") return { null: "None", true: "True", false: "False" }[value];
  if (typeof value === "string") return JSON.stringify(value);
  const inner = `${indent}    `;
  const items = value instanceof Map
    ? [...value].map(([key, each]) => `${JSON.stringify(key)}: ${literal(each, inner)}`)
    : value.map((each) => literal(each, inner));
  const [open, close] = value instanceof Map ? "{}" : "[]";
  return wrapped(open, items, close, indent);
}

function wrapped(open, items, close, indent) {
  const line = open + items.join(", ") + close;
  if (indent.length + line.length <= LINE && !line.includes("\n")) return line;
  return `${open}\n${items.map((item) => `${indent}    ${item},\n`).join("")}${indent}${close}`;
}

function text(value) {
  const plain = value.includes("\n") && !/\\|"""|"$/.test(value);
  return plain ? `"""${value}"""` : JSON.stringify(value);
}

function program(imports, lines, { keyed }) {
  const all = [...(keyed ? ["import os"] : []), ...imports];
  const standard = all.filter((each) => /^(import|from (datetime|urllib|contextlib))/.test(each));
  const others = all.filter((each) => !standard.includes(each));
  return [standard, others].filter((each) => each.length).map((each) => each.join("\n")).concat(lines.join("\n")).join("\n\n") + "\n";
}

function client({ grpc, keyed }, project) {
  const named = project && project !== "default" ? [`project=${JSON.stringify(project)}`] : [];
  const key = keyed ? [`key=os.environ["${KEY}"]`] : [];
  return `Client(${[JSON.stringify(grpc), ...key, ...named].join(", ")})`;
}

function ofHttp(call) {
  const headers = new Map(call.headers);
  const pairs = [...headers].map(([name, value]) => `${JSON.stringify(name)}: ${text(value)}`);
  if (call.keyed) pairs.unshift(`"Authorization": f"Bearer {os.environ['${KEY}']}"`);
  const items = [JSON.stringify(call.url), `method="${call.method}"`];
  if (pairs.length) items.push(`headers=${wrapped("{", pairs, "}", "    ")}`);
  if (call.body !== null) items.push(`data=${text(call.body)}.encode()`);
  const lines = [
    `request = Request(\n${items.map((item) => `    ${item},\n`).join("")})`,
    "with urlopen(request) as answer:",
    ...(call.stream ? ["    for line in answer:", "        print(line.decode())"] : ["    print(answer.read().decode())"]),
  ];
  return program(["from urllib.request import Request, urlopen"], lines, call);
}

// The request as the JSON of its message: the body, with what is in the path and the query.
function request({ rpc, values, body }) {
  const whole = new Map();
  const place = (steps, last, value) => {
    let at = whole;
    for (const step of steps) at = at.get(step) ?? (at.set(step, new Map()), at.get(step));
    at.set(last, value);
  };
  const said = rpc.body && body?.trim() ? parse(body) : new Map();
  if (!(said instanceof Map)) throw new SyntaxError("not an object");
  for (const [parameter, value] of values) {
    const steps = (rpc.variables[parameter.name] ?? parameter.name).split(".");
    if (parameter.name !== "timeout") place(steps.slice(0, -1), steps.at(-1), typed(parameter.schema, value));
  }
  for (const [key, value] of said) place(rpc.body === "*" ? [] : [rpc.body], key, value);
  return whole;
}

function typed({ type }, value) {
  if (type === "boolean") return value === "true";
  if (type === "array") return value.split(",");
  return type === "integer" && /^-?[0-9]+$/.test(value) ? new Raw(value) : value;
}

function seconds({ values }) {
  const said = values.find(([parameter]) => parameter.name === "timeout")?.[1];
  const [, number, unit] = /^([0-9.]+)(ms|s|m)$/.exec(said ?? "") ?? [];
  return number ? String(Number(number) * { ms: 0.001, s: 1, m: 60 }[unit]) : null;
}

function ofRpc(call) {
  const { rpc } = call;
  const whole = request(call);
  const lines = [];
  const data = rpc.json.filter((key) => whole.has(key)).map((key) => [key, whole.get(key)]);
  data.forEach(([key]) => whole.delete(key));
  lines.push(`request = ParseDict(${literal(whole)}, ${rpc.request}())`);
  for (const [key, value] of data) {
    if (rpc.lists.includes(key)) for (const each of value) lines.push(`request.${key}.append(json.dumps(${literal(each)}).encode())`);
    else lines.push(`request.${key} = json.dumps(${literal(value)}).encode()`);
  }
  const timeout = seconds(call) ? `, timeout=${seconds(call)}` : "";
  const made = `client.${rpc.service}.${rpc.name}(request${timeout})`;
  if (call.stream) lines.push("", `with ${client(call)} as client, suppress(DeadlinePassed):`, `    for each in ${made}:`, "        print(each)");
  else lines.push("", `with ${client(call)} as client:`, `    print(${made})`);
  const imports = [
    ...(data.length ? ["import json"] : []),
    ...(call.stream ? ["from contextlib import suppress"] : []),
    `from bellrope import Client${call.stream ? ", DeadlinePassed" : ""}`,
    `from bellrope.v1.${rpc.module} import ${rpc.request}`,
    "from google.protobuf.json_format import ParseDict",
  ];
  return program(imports, lines, call);
}

const WHEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;
const time = (value) => (WHEN.test(value) ? `datetime.fromisoformat(${JSON.stringify(value)})` : null);
const same = (value) => literal(value, "        ");
const FIELDS = {
  data: ["", same],
  id: ["id", same],
  options: ["options", same],
  traceparent: ["traceparent", same],
  tracestate: ["tracestate", same],
  scheduleTime: ["at", time],
  expireTime: ["expire_at", time],
  delay: ["delay", (value) => /^[0-9]+(\.[0-9]+)?s$/.exec(value)?.[0].slice(0, -1) ?? null],
};

// The arguments of Client.queue and of Event, or null if an event has a field that they do not take.
function fieldsOf(event) {
  if (!(event instanceof Map) || typeof event.get("type") !== "string") return null;
  const rest = [...event].filter(([key]) => key !== "type" && key !== "data");
  const ordered = event.has("data") ? [["data", event.get("data")], ...rest] : rest;
  const found = ordered.map(([key, value]) => {
    const [name, shown] = FIELDS[key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())] ?? [];
    const said = shown?.(value) ?? null;
    return said === null ? null : name ? `${name}=${said}` : said;
  });
  return found.includes(null) ? null : [JSON.stringify(event.get("type")), ...found];
}

function ofEvents(call, events, finish) {
  const found = events.map(fieldsOf);
  if (!found.length || found.includes(null)) return null;
  const { imports = [], lines } = finish(found);
  const all = lines.join("\n");
  const [, project] = call.values.find(([parameter]) => parameter.name === "project");
  const dates = all.includes("datetime.") ? ["from datetime import datetime"] : [];
  const names = ["Client", ...imports].join(", ");
  return program([...dates, `from bellrope import ${names}`], [`with ${client(call, project)} as client:`, all], call);
}

const several = (found) => wrapped("[", found.map((each) => wrapped("Event(", each, ")", "        ")), "]", "    ");
const EVENTS = {
  Queue: (call) => ofEvents(call, [parse(call.body)], ([event]) => ({ lines: [`    print(${wrapped("client.queue(", event, ")", "    ")})`] })),
  TriggerSync: (call) => ofEvents(call, [parse(call.body)], ([event]) => {
    const timeout = seconds(call) ? [`timeout=${seconds(call)}`] : [];
    return { lines: [`    print(${wrapped("client.trigger(", [...event, ...timeout], ")", "    ")})`] };
  }),
  QueueBatch: (call) => ofEvents(call, parse(call.body).get?.("events") ?? [], (found) => ({
    imports: ["Event"],
    lines: [`    events = ${several(found)}`, "    print(client.queue_batch(events))"],
  })),
  QueueStream: (call) => ofEvents(call, call.body.split("\n").filter((line) => line.trim()).map(parse), (found) => ({
    imports: ["Event"],
    lines: [`    events = ${several(found)}`, "    for outcome in client.queue_stream(events):", "        print(outcome)"],
  })),
};
