// Makes elements. What comes from a server is only ever set as text.

export const $ = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Text with `code` in it.
export function inline(text) {
  return text.split("`").map((part, i) => (i % 2 ? make("code", { textContent: part }) : part));
}

// Prose: paragraphs, and lists of lines that begin with "- ".
export function prose(text = "") {
  return text.split("\n\n").filter(Boolean).map((paragraph) => {
    const lines = paragraph.split("\n");
    if (!lines[0].startsWith("- ")) return make("p", {}, ...inline(paragraph));
    return make("ul", {}, ...lines.map((line) => make("li", {}, ...inline(line.slice(2)))));
  });
}

// A path breaks between its parts where a line is too short for it.
export function breakable(path) {
  return path.split(/(?=[/:])/).flatMap((part) => [make("wbr"), part]);
}

// A block of code with a button that copies it; `code.textContent` is the code.
export function copyable(title) {
  const code = make("pre", { tabIndex: 0, "aria-label": title });
  const said = make("span", { className: "faint", role: "status" });
  const button = make("button", { type: "button", className: "plain", textContent: `Copy ${title}` });
  button.addEventListener("click", async () => {
    said.textContent = (await copied(code)) ? "copied" : "select it, and copy it by hand";
    setTimeout(() => { said.textContent = ""; }, 3000);
  });
  return [code, make("div", { className: "code" }, make("div", { className: "row" }, make("h4", { textContent: title }), said, button), code)];
}

// Browsers give the clipboard to pages that came over TLS or from this machine. Others get the old way.
async function copied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}
