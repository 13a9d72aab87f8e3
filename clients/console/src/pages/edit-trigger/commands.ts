/** The same trigger as a command and as YAML for `bellrope apply`, to keep elsewhere. */
import { quoted } from "../../text/curl";
import { pairsOf } from "../../text/pairs";
import { type Tree, yaml } from "../../text/yaml";
import { changed, EMPTY, entries, type Form, headersOf, KEPT, newSecret, optionsOf } from "./form";

/** The flag of each field; a function where it is not `--name=text`. Undefined: no flag can say this. */
type Flags = string[] | undefined;

const FLAGS: Readonly<Record<Exclude<keyof Form, "name">, (form: Form) => Flags>> = {
  type: ({ type }) => [flag("type", type)],
  url: ({ url }) => [flag("url", url)],
  description: ({ description }) => [flag("description", description)],
  filter: ({ filter }) => [flag("filter", filter)],
  options: ({ options }) => each("option", pairsOf(options, "=")),
  encoding: ({ encoding }) => [flag("encoding", encoding)],
  headers: ({ headers }) => each("header", pairsOf(headers, ":")),
  secret: (form) => (newSecret(form).length ? ['--secret="$WEBHOOK_SECRET"'] : undefined),
  chainEvents: ({ chainEvents }) => [chainEvents ? "--chain-events" : "--no-chain-events"],
  retries: ({ retries }) => given("retries", retries),
  timeout: ({ timeout }) => given("timeout", timeout),
  minBackoff: ({ minBackoff }) => given("min-backoff", minBackoff),
  maxBackoff: ({ maxBackoff }) => given("max-backoff", maxBackoff),
  schedule: ({ schedule }) => [flag("schedule", entries(schedule).join(","))],
  noRetryStatuses: ({ noRetryStatuses }) => [flag("no-retry-statuses", entries(noRetryStatuses).join(","))],
  maxInFlight: ({ maxInFlight }) => given("max-in-flight", maxInFlight),
  disableOnGone: ({ disableOnGone }) => [disableOnGone ? "--disable-on-gone" : "--no-disable-on-gone"],
};

/** Return the command that makes the form of the saved one; undefined if no command says it. */
export function command(form: Form, saved: Form | undefined, project: string): string | undefined {
  const keys = changed(form, saved ?? EMPTY).filter((key) => key !== "name") as (keyof typeof FLAGS)[];
  const flags = keys.map((key) => FLAGS[key](form));
  if (flags.some((each) => !each)) return undefined;
  const verb = saved ? "update" : "create";
  return ["bellrope triggers", verb, quoted(form.name), flag("project", project), ...flags.flat()].join(" ");
}

function flag(name: string, text: string): string {
  return `--${name}=${quoted(text)}`;
}

/** Empty means the default, and no flag says that. */
function given(name: string, text: string): Flags {
  return text ? [flag(name, text)] : undefined;
}

/** No flag says that there is no pair left. */
function each(name: string, pairs: Record<string, string> | undefined): Flags {
  const all = Object.entries(pairs ?? {});
  return all.length ? all.map(([key, value]) => flag(name, `${key}=${value}`)) : undefined;
}

/** Return a file for `bellrope apply` that has this trigger alone: what is left out has its default. */
export function declaration(form: Form, saved: Form | undefined, project: string): string {
  return yaml({ projects: { [project]: { triggers: { [form.name]: settings(form, saved) } } } });
}

function settings(form: Form, saved: Form | undefined): Record<string, Tree> {
  const removed = saved?.secret === KEPT && !form.secret;
  const { type, url, description, filter, encoding, chainEvents, disableOnGone } = form;
  const members: Record<string, Tree | undefined> = {
    type,
    url,
    retries: number(form.retries),
    timeout: seconds(form.timeout),
    retryPolicy: filled({
      minBackoff: seconds(form.minBackoff),
      maxBackoff: seconds(form.maxBackoff),
      schedule: listed(entries(form.schedule).map((each) => `${each}s`)),
      noRetryStatuses: listed(entries(form.noRetryStatuses)),
    }),
    headers: filled(headersOf(form) ?? {}),
    secrets: removed ? [] : listed(newSecret(form)),
    keepSecret: form.secret === KEPT || undefined,
    options: filled(optionsOf(form) ?? {}),
    disableOnGone: disableOnGone || undefined,
    maxInFlight: number(form.maxInFlight),
    filter: filter || undefined,
    encoding: encoding === EMPTY.encoding ? undefined : encoding,
    chainEvents: chainEvents || undefined,
    description: description || undefined,
  };
  return filled(members) ?? {};
}

function number(text: string): number | undefined {
  return text ? Number(text) : undefined;
}

function seconds(text: string): string | undefined {
  return text ? `${text}s` : undefined;
}

function listed(list: string[]): string[] | undefined {
  return list.length ? list : undefined;
}

/** Return an object without what is undefined; undefined if nothing is left. */
function filled<T>(members: Record<string, T | undefined>): Record<string, T> | undefined {
  const there = Object.entries(members).filter((each): each is [string, T] => each[1] !== undefined);
  return there.length ? Object.fromEntries(there) : undefined;
}
