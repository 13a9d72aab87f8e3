/** Where the reader is, and how to go elsewhere: the address is the only state of a view. */
import { computed, signal } from "@preact/signals";

/** The address of the console itself, such as `/console/`, or `/x/y/console/` behind a proxy. */
export const root = new URL(document.baseURI).pathname;

export type Query = Readonly<Record<string, string | undefined>>;

const address = signal(location.pathname + location.search);
const seen = new Map([[location.pathname, address.value]]);
let place: number = history.state?.place ?? 0;
let leave: (() => Promise<boolean>) | undefined;

/** The segments of the path below the root, decoded. */
export const segments = computed(() => decoded(address.value.split("?")[0]!.slice(root.length)));

/** What follows the question mark: the filters of the view. */
export const query = computed(() => new URLSearchParams(address.value.split("?")[1] ?? ""));

function decoded(path: string): string[] {
  return path
    .split("/")
    .filter(Boolean)
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment; // typed by hand: it names nothing, and the view says so
      }
    });
}

/** Return a path of the console with its values encoded: at`projects/${project}/events`. */
export function at(texts: TemplateStringsArray, ...values: string[]): string {
  return root + String.raw({ raw: texts }, ...values.map(encodeURIComponent));
}

/** Return an address with filters; those that are empty are left out. */
export function withQuery(path: string, filters: Query): string {
  const given = Object.entries(filters).filter((each): each is [string, string] => !!each[1]);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** Return the values of a pattern's `:names` if the path fits it, else undefined. */
export function match(pattern: string, path: readonly string[]): Record<string, string> | undefined {
  const parts = pattern.split("/").filter(Boolean);
  if (parts.length !== path.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) values[part.slice(1)] = path[index]!;
    else if (part !== path[index]) return undefined;
  }
  return values;
}

/** Go to an address of the console; one step back returns. */
export async function go(to: string): Promise<void> {
  if (leave && !(await leave())) return;
  leave = undefined;
  history.pushState(step(), "", to);
  arrive();
  scrollTo(0, 0);
}

/** Go to an address instead of this one, which was only the way there. */
export function replace(to: string): void {
  history.replaceState(history.state, "", to);
  arrive();
}

/** Change filters of this view in the address. Each is a step back, unless one types: `replace`. */
export function setQuery(changes: Query, { replace = false } = {}): void {
  const next = withQuery(location.pathname, { ...Object.fromEntries(query.value), ...changes });
  if (replace) history.replaceState(history.state, "", next);
  else history.pushState(step(), "", next);
  arrive();
}

/** Return what tells this step of the history from all others. */
export function entry(): number {
  return history.state.entry;
}

/** Return the address from which this step of the history was made; empty if it is the first. */
export function cameFrom(): string {
  return history.state.from ?? "";
}

function step(): { place: number; entry: number; from: string } {
  return { place: ++place, entry: Math.random(), from: address.value };
}

/** Ask before the reader leaves the view; undefined asks no longer. */
export function guard(ask: (() => Promise<boolean>) | undefined): void {
  leave = ask;
}

/** Return the address at which a path was last seen, with its filters; the path if it was not. */
export function asLeft(path: string): string {
  return seen.get(path) ?? path;
}

function arrive(): void {
  address.value = location.pathname + location.search;
  seen.set(location.pathname, address.value);
}

async function moved(event: PopStateEvent): Promise<void> {
  const next: number = event.state?.place ?? 0;
  const steps = next - place;
  if (!leave || !steps) {
    place = next;
    return arrive();
  }
  history.go(-steps); // stay until the answer; this comes back here with no steps to go
  if (!(await leave())) return;
  leave = undefined;
  history.go(steps);
}

function clicked(event: MouseEvent): void {
  if (
    event.defaultPrevented ||
    event.button ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = (event.target as Element).closest?.("a");
  if (!link || link.target || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || !link.pathname.startsWith(root)) return;
  if (link.hash && link.pathname + link.search === location.pathname + location.search) return;
  event.preventDefault();
  void go(link.pathname + link.search);
}

/** Follow links and the browser's own buttons from now on. */
export function start(): void {
  history.replaceState({ place, entry: Math.random(), ...history.state }, "");
  addEventListener("popstate", (event) => void moved(event));
  document.addEventListener("click", clicked);
  addEventListener("beforeunload", (event) => leave && event.preventDefault());
}
