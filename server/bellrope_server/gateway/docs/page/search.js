// Finds operations and fields as one types: `/` begins, arrows choose, Enter goes there, Escape ends.

import { $, make } from "/docs/elements.js";

const MOST = 20;
const SEPARATORS = /[\s_.:/{}-]+/g;
const plain = (text) => text.toLowerCase().replace(SEPARATORS, "");

let entries = [];
let shown = [];
let chosen = -1;
let go = () => {};

// `found` are { title, detail, more, target }: `more` is searched but not shown. `goTo` takes a target.
export function fill(found, goTo) {
  entries = found.map((each) => ({ ...each, name: plain(each.title), place: plain(each.detail), text: plain(each.more) }));
  go = goTo;
}

// The better an entry fits, the lower its number: by its name, then by its place, then by its text.
const BY_NAME = { operation: [0, 1, 3], field: [2, 4, 5] }; // the same, begins alike, has it inside

function rank({ name, place, text, target }, words) {
  const where = (word) => [name, place, text].findIndex((each) => each.includes(word));
  if (words.some((word) => where(word) < 0)) return Infinity;
  const joined = words.join("");
  const fit = [name === joined, name.startsWith(joined), name.includes(joined)].indexOf(true);
  if (fit >= 0) return BY_NAME[target.field ? "field" : "operation"][fit];
  return words.reduce((sum, word) => sum + where(word), 6);
}

function find(query) {
  const words = query.split(/[\s/:.{}]+/).map(plain).filter(Boolean);
  if (!words.length) return [];
  const ranked = entries.map((entry, i) => [rank(entry, words), i, entry]).filter(([fit]) => fit < Infinity);
  ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return ranked.map(([, , entry]) => entry);
}

function show() {
  const query = $("search").value;
  const found = find(query);
  shown = found.slice(0, MOST);
  $("found").replaceChildren(...shown.map((entry, i) => make("li", { id: `found-${i}`, role: "option", "aria-selected": "false" },
    make("span", { className: "what", textContent: entry.title }), make("span", { className: "faint", textContent: entry.detail }))));
  $("count").textContent = !query.trim() ? "" : found.length ? `${found.length} found` : "nothing found";
  if (query.trim() && !found.length) $("found").append(make("li", { className: "faint", role: "option", "aria-disabled": "true", textContent: "nothing found" }));
  open(Boolean(query.trim()));
  choose(shown.length ? 0 : -1);
}

function open(is) {
  $("found").hidden = !is;
  $("search").setAttribute("aria-expanded", String(is));
  if (!is) choose(-1);
}

function choose(number) {
  $(`found-${chosen}`)?.setAttribute("aria-selected", "false");
  chosen = number;
  const option = $(`found-${chosen}`);
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) $("search").setAttribute("aria-activedescendant", option.id);
  else $("search").removeAttribute("aria-activedescendant");
}

function take(number) {
  const entry = shown[number];
  if (!entry) return;
  open(false);
  $("search").value = "";
  $("count").textContent = "";
  go(entry.target);
}

const KEYS = {
  ArrowDown: () => choose(Math.min(chosen + 1, shown.length - 1)),
  ArrowUp: () => choose(Math.max(chosen - 1, 0)),
  Enter: () => take(chosen),
  Escape: () => ($("found").hidden ? ($("search").value = "") : open(false)),
};

export function listen() {
  const search = $("search");
  search.addEventListener("input", show);
  search.addEventListener("focus", () => search.value && show());
  search.addEventListener("blur", () => open(false));
  search.addEventListener("keydown", (event) => {
    if (!KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  $("found").addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays where it is
  $("found").addEventListener("click", (event) => take([...$("found").children].indexOf(event.target.closest("li"))));
  addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
  });
}
