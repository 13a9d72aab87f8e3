// Shows /openapi.json and lets its operations be tried. What comes from a server is only ever set as text.

const $ = (id) => document.getElementById(id);
let api = null;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function headers() {
  return $("key").value ? { Authorization: `Bearer ${$("key").value}` } : {};
}

// Prose: paragraphs, lists of lines that begin with "- ", and `code`.
function inline(text) {
  return text.split("`").map((part, i) => (i % 2 ? make("code", { textContent: part }) : part));
}

function prose(text = "") {
  return text.split("\n\n").filter(Boolean).map((paragraph) => {
    const lines = paragraph.split("\n");
    if (!lines[0].startsWith("- ")) return make("p", {}, ...inline(paragraph));
    return make("ul", {}, ...lines.map((line) => make("li", {}, ...inline(line.slice(2)))));
  });
}

function resolved(schema) {
  const name = schema.$ref?.split("/").pop();
  return name ? { name, ...api.components.schemas[name], ...(schema.description && { description: schema.description }) } : schema;
}

function typeOf(schema) {
  const { type, format, items, name, additionalProperties } = resolved(schema);
  if (type === "array") return `[${typeOf(items)}]`;
  if (type === "object" && !name && typeof additionalProperties === "object") return `{${typeOf(additionalProperties)}}`;
  return name ?? format ?? type ?? "any JSON";
}

function fields(schema, seen = []) {
  const { properties = {}, required = [] } = schema;
  return make("dl", {}, ...Object.entries(properties).flatMap(([key, value]) => {
    const whole = resolved(value.items ?? value);
    const title = make("dt", { textContent: key }, make("span", { className: "faint",
      textContent: `  ${typeOf(value)}${required.includes(key) ? ", required" : ""}` }));
    const said = make("dd", {}, ...prose(value.description ?? whole.description));
    if (whole.enum) said.append(make("p", { textContent: whole.enum.join(", ") }));
    if (whole.properties && !seen.includes(whole.name)) {
      said.append(make("details", {}, make("summary", { textContent: whole.name }), fields(whole, [...seen, whole.name])));
    }
    return [title, said];
  }));
}

// Indents JSON without reading its values: a number of any size stays as it was written.
function pretty(text) {
  let depth = 0;
  const pad = () => `\n${"  ".repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/gs) ?? [];
  return tokens.map((token, i) => {
    if ("[{".includes(token)) return (depth++, "]}".includes(tokens[i + 1]) ? token : token + pad());
    if ("]}".includes(token)) return (depth--, "[{".includes(tokens[i - 1]) ? token : pad() + token);
    return token === "," ? token + pad() : token === ":" ? ": " : token;
  }).join("");
}

function field(parameter) {
  const schema = resolved(parameter.schema);
  const choices = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : null);
  const input = choices
    ? make("select", {}, ...["", ...choices].map((choice) => make("option", { textContent: choice })))
    : make("input", { autocomplete: "off", spellcheck: false });
  input.required = parameter.required ?? false;
  const hint = parameter.required ? "" : " (optional)";
  return [input, make("label", {}, make("code", { textContent: parameter.name }), hint, input)];
}

function bodyField(content) {
  const schema = resolved(content.schema);
  const start = Object.fromEntries((schema.required ?? []).map((key) => [key, ""]));
  const input = make("textarea", { spellcheck: false, value: JSON.stringify(start, null, 2) });
  return [input, make("label", {}, "Body", input)];
}

function request(path, inputs) {
  let url = path;
  const query = new URLSearchParams();
  for (const [parameter, input] of inputs) {
    if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value) for (const value of parameter.schema.type === "array" ? input.value.split(",") : [input.value]) query.append(parameter.name, value);
  }
  return query.size ? `${url}?${query}` : url;
}

async function show(response, out) {
  out.textContent = `${response.status} ${response.statusText}\n\n`;
  const stream = (response.headers.get("Content-Type") ?? "").includes("ndjson");
  if (!stream) return void (out.textContent += pretty(await response.text()));
  const decoder = new TextDecoder();
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return;
    out.textContent += decoder.decode(value, { stream: true });
  }
}

function trial(method, path, operation) {
  const inputs = operation.parameters.map((parameter) => [parameter, ...field(parameter)]);
  const content = operation.requestBody && Object.entries(operation.requestBody.content)[0];
  const [body, label] = content ? bodyField(content[1]) : [null, ""];
  const out = make("pre", { hidden: true, tabIndex: 0 });
  out.setAttribute("role", "status");
  out.setAttribute("aria-label", "Answer");
  const stop = make("button", { type: "button", textContent: "Stop", hidden: true });
  const form = make("form", {}, ...inputs.map(([, , shown]) => shown), label, make("button", { textContent: "Send" }), stop, out);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const ending = new AbortController();
    stop.onclick = () => ending.abort();
    stop.hidden = out.hidden = false;
    out.textContent = "…";
    const sent = { method, signal: ending.signal, headers: headers() };
    if (body) Object.assign(sent, { body: body.value, headers: { ...sent.headers, "Content-Type": content[0] } });
    try {
      await show(await fetch(request(path, inputs), sent), out);
    } catch (error) {
      out.textContent += `\n${error.name === "AbortError" ? "stopped" : error.message}`;
    }
    stop.hidden = true;
  });
  return form;
}

// A path breaks between its parts where a line is too short for it.
function breakable(path) {
  return path.split(/(?=[/:])/).flatMap((part) => [make("wbr"), part]);
}

function article(method, path, operation) {
  const body = operation.requestBody && Object.values(operation.requestBody.content)[0].schema;
  const answer = Object.values(operation.responses["200"].content)[0].schema;
  const known = Object.fromEntries(operation.parameters.map((p) => [p.name, { ...p.schema, description: p.description }]));
  const needed = operation.parameters.filter((p) => p.required).map((p) => p.name);
  const parts = [["Parameters", { properties: known, required: needed }], ["Body", body && resolved(body)], ["Answer", resolved(answer)]];
  const inside = make("div", { className: "inside" }, ...prose(operation.description.replace(`${operation.summary}.\n\n`, "")));
  for (const [title, schema] of parts) {
    if (schema?.properties && Object.keys(schema.properties).length) {
      inside.append(make("details", {}, make("summary", { textContent: title }), fields(schema)));
    }
  }
  inside.append(make("h3", { textContent: "Try it" }), trial(method.toUpperCase(), path, operation));
  const line = make("summary", {}, make("span", { className: "method", textContent: method.toUpperCase() }),
    make("span", { className: "path" }, ...breakable(path)), make("div", { className: "faint" }, ...inline(operation.summary)));
  return make("article", { id: operation.operationId }, make("details", {}, line, inside));
}

function render() {
  $("version").textContent = api.info.version;
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  const [all, contents] = [make("div", {}, ...prose(api.info.description)), []];
  for (const tag of api.tags) {
    const mine = operations.filter(({ operation }) => operation.tags.includes(tag.name));
    all.append(make("h2", { textContent: tag.name }), ...prose(tag.description));
    all.append(...mine.map(({ method, path, operation }) => article(method, path, operation)));
    contents.push(make("li", { className: "service", textContent: tag.name }), ...mine.map(({ operation }) =>
      make("li", {}, make("a", { href: `#${operation.operationId}`, textContent: operation.operationId.split("_")[1] }))));
  }
  $("operations").replaceChildren(all);
  $("contents").replaceChildren(...contents);
  reveal();
}

function reveal() {
  const target = location.hash && $(location.hash.slice(1));
  if (target?.firstElementChild instanceof HTMLDetailsElement) {
    target.firstElementChild.open = true;
    target.scrollIntoView();
  }
}

async function load() {
  const response = await fetch("/openapi.json", { headers: headers() });
  const answer = await response.json();
  if (response.ok) {
    api = answer;
    render();
  } else if ($("state")) {
    $("state").textContent = response.status === 401 ? "This server needs a key: put it in above." : answer.error;
  }
}

$("entry").addEventListener("submit", (event) => { event.preventDefault(); load(); });
addEventListener("hashchange", reveal);
load();
