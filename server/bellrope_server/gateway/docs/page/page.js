// Shows /openapi.json, and lets its operations be tried.

import { $, breakable, inline, make, prose } from "/docs/elements.js";
import * as search from "/docs/search.js";
import { authorization, Trial } from "/docs/trial.js";

const WIDE = matchMedia("(min-width: 50rem)");
let api = null;
let trials = [];

function resolved(schema) {
  const name = schema.$ref?.split("/").pop();
  return name ? { name, ...api.components.schemas[name], ...(schema.description && { description: schema.description }) } : schema;
}

function typeOf(schema) {
  const { type, format, items, name, additionalProperties, anyOf, const: only } = resolved(schema);
  if (only) return JSON.stringify(only);
  if (type === "array") return `[${typeOf(items)}]`;
  if (type === "object" && !name && typeof additionalProperties === "object") return `{${typeOf(additionalProperties)}}`;
  return name ?? format ?? type ?? (anyOf ? [...new Set(anyOf.map(typeOf))].join(" or ") : "any JSON");
}

// What is inside a value: of a list its items, of alternatives the first that has members.
function whole(schema) {
  const found = resolved(schema.items ?? schema);
  return found.properties ? found : resolved(found.anyOf?.find((each) => resolved(each).properties) ?? found);
}

function fields(schema, seen = []) {
  const { properties = {}, required = [] } = schema;
  return make("dl", {}, ...Object.entries(properties).flatMap(([key, value]) => {
    const inside = whole(value);
    const title = make("dt", { textContent: key, "data-field": key }, make("span", { className: "faint",
      textContent: `  ${typeOf(value)}${required.includes(key) ? ", required" : ""}` }));
    const said = make("dd", {}, ...prose(value.description ?? inside.description));
    if (inside.enum) said.append(make("p", { textContent: inside.enum.join(", ") }));
    if (inside.properties && !seen.includes(inside.name)) {
      said.append(section(inside.name ?? "members", () => [fields(inside, [...seen, inside.name])]));
    }
    return [title, said];
  }));
}

// A part that is made when it is first unfolded: a phone need not hold what nobody looks at. `toggle` comes after
// the next key, so a click makes it, too.
function folded(summary, contents) {
  const details = make("details", {}, summary);
  details.unfold = () => {
    details.unfold = () => {};
    details.append(...contents());
  };
  summary.addEventListener("click", () => details.unfold());
  details.addEventListener("toggle", () => details.open && details.unfold());
  return details;
}

const section = (title, contents) => folded(make("summary", { textContent: title }), contents);

function unfold(details) {
  details.unfold?.();
  details.open = true;
}

function table(rows) {
  const head = ["Status", "Reason", "What it means, and what to do"];
  return make("table", {}, make("thead", {}, make("tr", {}, ...head.map((textContent) => make("th", { textContent, scope: "col" })))),
    make("tbody", {}, ...rows.map(([status, reason, ...said]) => make("tr", {}, make("td", { textContent: status }), make("td", {}, make("code", {}, ...reason.split(/(?<=_)/).flatMap((part) => [part, make("wbr")]))),
      make("td", {}, ...said.filter(Boolean).map((each) => make("p", {}, ...inline(each))))))));
}

const meanings = () => api.components.schemas.ErrorReason["x-meanings"];
const sentence = (text) => text && `Here: ${text}.`;

function errors(operation) {
  const rows = Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(response["x-reasons"] ?? {}).map(([reason, here]) => [status, reason, meanings()[reason].means, sentence(here), meanings()[reason].do]));
  const others = make("p", {}, "Besides, it can have ", make("a", { href: "#errors", textContent: "the errors of every call" }), ".");
  return rows.length ? [table(rows), others] : [others];
}

function errorsOfEveryCall() {
  const responses = Object.entries(api.components.responses).filter(([name]) => /^Error\d/.test(name));
  const rows = responses.flatMap(([name, response]) =>
    response["x-common-reasons"].map((reason) => [name.match(/\d+/)[0], reason]));
  const unique = [...new Map(rows.map((row) => [row.join(), row])).values()].sort(([a], [b]) => a - b);
  return make("section", { id: "errors" }, make("h2", { textContent: "The errors of every call" }),
    make("p", {}, ...inline("An answer other than 2xx has a sentence as `error`, and one of these words as `reason`.")),
    table(unique.map(([status, reason]) => [status, reason, meanings()[reason].means, meanings()[reason].do])));
}

function parts(operation) {
  const contents = Object.entries(operation.requestBody?.content ?? {});
  const bodies = contents.map(([kind, { schema }]) => [contents.length > 1 ? `Body: ${kind}` : "Body", whole(schema)]);
  const known = Object.fromEntries(operation.parameters.map((p) => [p.name, { ...p.schema, description: p.description }]));
  const needed = operation.parameters.filter((p) => p.required).map((p) => p.name);
  const answer = Object.values(operation.responses["200"].content ?? {})[0]?.schema;
  return [["Parameters", { properties: known, required: needed }], ...bodies, ["Answer", answer ? whole(answer) : {}]]
    .filter(([, schema]) => Object.keys(schema.properties ?? {}).length);
}

function article({ method, path, operation }) {
  const line = make("summary", {}, make("h3", {}, make("span", { className: "method", textContent: method.toUpperCase() }), " ",
    make("span", { className: "path" }, ...breakable(path))), make("div", { className: "faint" }, ...inline(operation.summary)));
  let trial = null;
  const details = folded(line, () => {
    trial = new Trial(method.toUpperCase(), path, operation, resolved);
    trials.push(trial);
    return [make("div", { className: "inside" }, ...prose(operation.description.replace(`${operation.summary}.`, "").trim()),
      ...parts(operation).map(([title, schema]) => section(title, () => [fields(schema)])), section("Errors", () => errors(operation)),
      make("h4", { textContent: "Try it" }), trial.form)];
  });
  details.addEventListener("toggle", () => details.open && trial.meet());
  return make("article", { id: operation.operationId }, details);
}

function entry({ path, method, operation }) {
  const title = nameOf(operation);
  return { title, detail: `${method.toUpperCase()} ${path}`, more: operation.summary + operation.description, target: { id: operation.operationId } };
}

// The fields of an operation, with the parts that lead to each.
function* fieldEntries({ operation }, schema, above, seen = []) {
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const inside = whole(value);
    const place = [...above, key];
    yield { title: key, detail: `${nameOf(operation)}: ${place.join(" > ")}`, more: value.description ?? "", target: { id: operation.operationId, field: place } };
    if (inside.properties && !seen.includes(inside.name)) yield* fieldEntries({ operation }, inside, place, [...seen, inside.name]);
  }
}

// What an operation is called among its like: a summary begins with it.
const nameOf = (operation) => operation.summary.split(" ")[0];

function render() {
  $("version").textContent = api.info.version;
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  const [all, contents] = [make("div", {}, ...prose(api.info.description), settings), []];
  trials = [];
  for (const tag of api.tags) {
    const mine = operations.filter(({ operation }) => operation.tags.includes(tag.name));
    all.append(make("h2", { textContent: tag.name }), ...prose(tag.description), ...mine.map(article));
    const links = mine.map(({ operation }) => make("li", {}, make("a", { href: `#${operation.operationId}`, textContent: nameOf(operation) })));
    contents.push(make("li", { className: "service" }, tag.name, make("ul", {}, ...links)));
  }
  all.append(errorsOfEveryCall());
  contents.push(make("li", { className: "service" }, make("a", { href: "#errors", textContent: "Errors" })));
  $("operations").replaceChildren(all);
  $("contents").replaceChildren(...contents);
  const found = operations.flatMap((each) => parts(each.operation).flatMap(([title, schema]) => [...fieldEntries(each, schema, [title])]));
  const once = new Map(found.reverse().map((each) => [`${each.title}: ${each.more}`, each])); // at its first place
  search.fill([...operations.map(entry), ...[...once.values()].reverse()], go);
  reveal();
}

function go({ id, field }) {
  if (location.hash === `#${id}`) reveal();
  else location.hash = `#${id}`;
  const details = reveal();
  if (!field) return details.querySelector("summary").focus();
  const place = field.reduce(([at], step) => {
    const [title] = [...at.querySelectorAll("dt")].filter((dt) => dt.dataset.field === step && dt.closest("details") === at);
    const inner = title ? title.nextElementSibling.querySelector("details") : [...at.querySelectorAll("details")].find((each) => each.firstElementChild.textContent === step);
    if (inner) unfold(inner);
    return [inner ?? at, title ?? inner];
  }, [details, details])[1];
  place.tabIndex = -1;
  place.focus();
  place.scrollIntoView({ block: "center" });
}

// Unfolds the operation that the address names, and returns it.
function reveal() {
  const target = location.hash && $(location.hash.slice(1));
  if (!WIDE.matches) $("menu").open = false;
  if (target?.firstElementChild instanceof HTMLDetailsElement) {
    unfold(target.firstElementChild);
    target.scrollIntoView();
    return target.firstElementChild;
  }
  return null;
}

const settings = make("details", { id: "settings" }, make("summary", { textContent: "Settings of the examples" }),
  ...[["project", "Project", "default"], ["grpc", "gRPC address, for Python", `${location.hostname}:4123`]].map(([id, title, value]) =>
    make("label", {}, title, make("input", { id, value, autocomplete: "off", spellcheck: false }))));

async function load() {
  const response = await fetch("/openapi.json", { headers: authorization() });
  const answer = await response.json();
  if (response.ok && api) {
    trials.forEach((trial) => trial.refresh());
  } else if (response.ok) {
    api = answer;
    render();
  } else if ($("state")) {
    $("state").textContent = response.status === 401 ? "This server needs a key: put it in above." : answer.error;
  }
}

function arrange() {
  $("menu").open = WIDE.matches;
}

settings.addEventListener("input", () => trials.forEach((trial) => trial.meet()));
$("entry").addEventListener("submit", (event) => { event.preventDefault(); load(); });
$("contents").addEventListener("click", (event) => { if (event.target.closest("a") && !WIDE.matches) $("menu").open = false; });
WIDE.addEventListener("change", arrange);
addEventListener("hashchange", reveal);
search.listen();
arrange();
load();
