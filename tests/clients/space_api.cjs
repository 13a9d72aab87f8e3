// Queues events with Space Cloud's own client, and prints what each call gave, as a JSON list. The calls are a JSON
// list of {"type", "payload", "chain": [["delay", 2], ["date", "2033-01-01T00:00:00Z"], ["synchronous"]]}.
const { API } = require("space-api");

const [, , url, token, calls] = process.argv;
const api = new API("default", url);
if (token) api.setToken(token);

function call({ type, payload, chain }) {
  let event = api.queueEvent(type, payload);
  for (const [method, value] of chain) event = event[method](method === "date" ? new Date(value) : value);
  return event.apply();
}

async function main() {
  const given = [];
  for (const each of JSON.parse(calls)) given.push(await call(each));
  console.log(JSON.stringify(given));
}

main();
