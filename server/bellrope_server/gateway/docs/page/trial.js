// The form of an operation: its parameters and its body, the answer, and the same call elsewhere.

import { $, copyable, make } from "/docs/elements.js";
import { pretty } from "/docs/json.js";
import { curl, python } from "/docs/snippets.js";

const NEW = "docs-7"; // in the examples: the name of what they make
const NDJSON = "application/x-ndjson";
const mine = `docs-${Date.now().toString(36).slice(-5)}`; // what takes its place on this page
const seen = {}; // ids that answers had, by the name of the parameter that takes them
const IDS = { deliveryId: /"deliveryId":\s*"([^"]+)"/, bulkAction: /"bulkAction":\s*"([^"]+)"/ };
const FIRST = { deliveryId: "none yet: create the trigger and queue the event of the examples", bulkAction: "none yet: call StartBulkAction" };
let made = 1;

const renewed = (example) => (example === undefined ? "" : String(example).replaceAll(NEW, mine));
export const key = () => $("key").value;
export const authorization = () => (key() ? { Authorization: `Bearer ${key()}` } : {});

function field(parameter, schema) {
  const choices = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : null);
  const input = choices
    ? make("select", {}, ...["", ...choices].map((choice) => make("option", { textContent: choice })))
    : make("input", { autocomplete: "off", spellcheck: false });
  input.required = parameter.required ?? false;
  input.value = renewed(parameter.example);
  input.placeholder = FIRST[parameter.name] ?? "";
  if (isProject(parameter)) input.value = $("project").value;
  input.addEventListener("input", () => { input.dataset.edited = "yes"; });
  const hint = parameter.required ? "" : " (optional)";
  return [input, make("label", {}, make("code", { textContent: parameter.name }), hint, input)];
}

const isProject = (parameter) => parameter.name === "project" && parameter.example === "default";

export class Trial {
  constructor(method, path, operation, resolved) {
    Object.assign(this, { method, path, operation, tag: mine });
    this.stream = NDJSON in (operation.responses["200"].content ?? {});
    this.fields = operation.parameters.map((parameter) => ({ parameter, ...this.#field(parameter, resolved) }));
    this.contents = Object.entries(operation.requestBody?.content ?? {});
    [this.curl, this.curlBlock] = copyable("curl");
    [this.python, this.pythonBlock] = copyable("Python");
    this.form = this.#form();
    this.form.addEventListener("input", () => this.refresh());
    this.refresh();
  }

  #field(parameter, resolved) {
    const [input, label] = field(parameter, resolved(parameter.schema));
    return { input, label };
  }

  #form() {
    const needed = this.fields.filter(({ parameter }) => parameter.required || parameter.example !== undefined);
    const others = this.fields.filter((each) => !needed.includes(each));
    this.out = make("pre", { hidden: true, tabIndex: 0, role: "status", "aria-label": "Answer" });
    this.stop = make("button", { type: "button", className: "plain", textContent: "Stop", hidden: true });
    const form = make("form", {}, ...needed.map(({ label }) => label));
    if (others.length) {
      form.append(make("details", {}, make("summary", { textContent: `Optional parameters: ${others.length}` }), ...others.map(({ label }) => label)));
    }
    if (this.contents.length) form.append(...this.#bodyFields());
    form.append(make("div", { className: "row" }, make("button", { textContent: "Send" }), this.stop), this.out, this.curlBlock, this.pythonBlock);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    return form;
  }

  #bodyFields() {
    this.body = make("textarea", { spellcheck: false, autocapitalize: "off" });
    const label = make("label", {}, "Body", this.body);
    this.#fillBody(this.contents[0]);
    if (this.contents.length === 1) return [label];
    this.kind = make("select", {}, ...this.contents.map(([kind]) => make("option", { textContent: kind })));
    this.kind.addEventListener("input", () => this.#fillBody(this.contents[this.kind.selectedIndex]));
    return [make("label", {}, "Content-Type", this.kind), label];
  }

  #fillBody([kind, content]) {
    const text = JSON.stringify(content.example ?? {});
    this.body.value = (kind === NDJSON ? text : pretty(text)).replaceAll(NEW, this.tag);
    this.body.rows = this.body.value.split("\n").length + 1;
  }

  get contentType() {
    return this.kind ? this.kind.value : this.contents[0]?.[0];
  }

  // What to send, and to show as curl and Python.
  get call() {
    const values = [];
    const headers = [];
    const query = new URLSearchParams();
    let url = this.path;
    for (const { parameter, input } of this.fields) {
      const { name } = parameter;
      const value = input.value;
      if (parameter.in === "path") url = url.replace(`{${name}}`, encodeURIComponent(value));
      else if (!value || (parameter["x-content"] && parameter["x-content"] !== this.contentType)) continue;
      else if (parameter.in === "header") headers.push([name, value]);
      else for (const each of parameter.schema.type === "array" ? value.split(",") : [value]) query.append(name, each);
      values.push([parameter, value]);
    }
    const body = this.body ? this.body.value : null;
    if (body !== null) headers.push(["Content-Type", this.contentType]);
    return {
      method: this.method, headers, body, values, stream: this.stream, rpc: this.operation["x-rpc"], keyed: key() !== "", grpc: $("grpc").value,
      url: location.origin + (query.size ? `${url}?${query}` : url),
    };
  }

  refresh() {
    for (const { parameter, label } of this.fields) {
      if (parameter["x-content"]) label.hidden = parameter["x-content"] !== this.contentType;
    }
    const call = this.call;
    this.curl.textContent = curl(call);
    this.python.textContent = python(call);
  }

  // Fills in what is known by now: the project, and ids that answers had.
  async meet() {
    for (const { parameter, input } of this.fields) {
      if (isProject(parameter) && !input.dataset.edited) input.value = $("project").value;
      if (!input.value && parameter.required) input.value = seen[parameter.name] ?? "";
      if (!input.value && parameter.name === "deliveryId") input.value = await newestDelivery();
    }
    this.refresh();
  }

  async send() {
    const ending = new AbortController();
    this.stop.onclick = () => ending.abort();
    this.stop.hidden = this.out.hidden = false;
    this.out.textContent = "…";
    const { method, url, headers, body } = this.call;
    try {
      const response = await fetch(url, { method, signal: ending.signal, headers: { ...authorization(), ...Object.fromEntries(headers) }, ...(body !== null && { body }) });
      await this.#show(response);
      if (response.ok) this.#renew();
    } catch (error) {
      this.out.textContent += `\n${error.name === "AbortError" ? "stopped" : error.message}`;
    }
    this.stop.hidden = true;
  }

  async #show(response) {
    this.out.textContent = `${response.status} ${response.statusText}\n\n`;
    if (!(response.headers.get("Content-Type") ?? "").includes("ndjson")) {
      const text = await response.text();
      remember(text);
      this.out.textContent += pretty(text);
      return;
    }
    const decoder = new TextDecoder();
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.out.textContent += decoder.decode(value, { stream: true });
    }
  }

  // After a call that made something, the next one makes another.
  #renew() {
    const places = [this.body, ...this.fields.filter(({ parameter }) => parameter.in === "header").map(({ input }) => input)];
    const used = places.filter((each) => each?.value.includes(this.tag));
    if (!used.length) return;
    const next = `${mine}-${++made}`;
    for (const each of used) each.value = each.value.replaceAll(this.tag, next);
    this.tag = next;
    this.refresh();
  }
}

function remember(text) {
  for (const [name, pattern] of Object.entries(IDS)) {
    const found = pattern.exec(text);
    if (found) seen[name] = found[1];
  }
}

// The newest delivery of an example's event: only the log has its id. Others are left alone, because a call may
// cancel the delivery.
async function newestDelivery() {
  const url = `/v1/projects/${encodeURIComponent($("project").value)}/deliveries?filter.type=docs.example&pageSize=1`;
  const response = await fetch(url, { headers: authorization() }).catch(() => null);
  return (response?.ok && (await response.json()).deliveries[0]?.deliveryId) || "";
}
