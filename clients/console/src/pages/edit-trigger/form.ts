/** A trigger as typed, what is wrong with it, and what differs from the saved one. */
import { create } from "@bufbuild/protobuf";
import { type Trigger, Trigger_Encoding, TriggerSchema } from "@gen/bellrope/v1/triggers_pb";
import { duration, secondsOf } from "../../text/lengths";
import { pairsOf, written } from "../../text/pairs";

export interface Form {
  name: string;
  type: string;
  url: string;
  description: string;
  filter: string;
  /** One `name=value` a line. */
  options: string;
  encoding: "DOCUMENTED" | "STRUCTURED" | "BINARY";
  /** One `Name: value` a line. */
  headers: string;
  /** The new one, `KEPT`, or empty for none. */
  secret: string;
  chainEvents: boolean;
  retries: string;
  /** All lengths are seconds. */
  timeout: string;
  minBackoff: string;
  maxBackoff: string;
  /** Lengths with commas between them. */
  schedule: string;
  noRetryStatuses: string;
  maxInFlight: string;
  disableOnGone: boolean;
}

/** The saved secret, which nobody sees. */
export const KEPT = "kept";

/** The fields by their paths in an update mask, which are the names in the server's errors, too. */
export const PATHS: Readonly<Record<keyof Form, string>> = {
  name: "name",
  type: "type",
  url: "url",
  description: "description",
  filter: "filter",
  options: "options",
  encoding: "encoding",
  headers: "headers",
  secret: "secrets",
  chainEvents: "chain_events",
  retries: "retries",
  timeout: "timeout",
  minBackoff: "retry_policy.min_backoff",
  maxBackoff: "retry_policy.max_backoff",
  schedule: "retry_policy.schedule",
  noRetryStatuses: "retry_policy.no_retry_statuses",
  maxInFlight: "max_in_flight",
  disableOnGone: "disable_on_gone",
};
export const KEYS = Object.keys(PATHS) as (keyof Form)[];

export type Wrong = Partial<Record<keyof Form, string>>;

/** A new trigger: what is empty has its default. */
export const EMPTY: Form = {
  name: "",
  type: "",
  url: "",
  description: "",
  filter: "",
  options: "",
  encoding: "DOCUMENTED",
  headers: "",
  secret: "",
  chainEvents: false,
  retries: "",
  timeout: "",
  minBackoff: "",
  maxBackoff: "",
  schedule: "",
  noRetryStatuses: "",
  maxInFlight: "",
  disableOnGone: false,
};

/** Return a saved trigger as one would have typed it. */
export function formOf(trigger: Trigger): Form {
  const { retryPolicy: policy, timeout } = trigger;
  const { name, type, url, description, filter, chainEvents, disableOnGone } = trigger;
  return {
    ...{ name, type, url, description, filter, chainEvents, disableOnGone },
    options: written(trigger.options, "="),
    encoding: (Trigger_Encoding[trigger.encoding] ?? EMPTY.encoding) as Form["encoding"],
    headers: written(trigger.headers, ": "),
    secret: trigger.signed ? KEPT : "",
    retries: String(trigger.retries ?? ""),
    timeout: timeout ? secondsOf(timeout) : "",
    minBackoff: policy?.minBackoff ? secondsOf(policy.minBackoff) : "",
    maxBackoff: policy?.maxBackoff ? secondsOf(policy.maxBackoff) : "",
    schedule: policy?.schedule.map(secondsOf).join(", ") ?? "",
    noRetryStatuses: policy?.noRetryStatuses.join(", ") ?? "",
    maxInFlight: String(trigger.maxInFlight ?? ""),
  };
}

/** Return the fields that differ. */
export function changed(form: Form, saved: Form): (keyof Form)[] {
  return KEYS.filter((key) => form[key] !== saved[key]);
}

const WHOLE = /^\d{1,9}$/;

/** Return what can be seen to be wrong before the server is asked. */
export function wrong(form: Form): Wrong {
  const found: Wrong = {};
  if (!form.name) found.name = "Enter a name.";
  if (!form.type) found.type = "Enter the type of event that it is for.";
  if (!form.url) found.url = "Enter the address to call.";
  if (!optionsOf(form)) found.options = "Write one name=value on each line, each name once.";
  if (!headersOf(form)) found.headers = "Write one Name: value on each line, each name once.";
  for (const key of ["retries", "maxInFlight"] as const)
    if (form[key] && !WHOLE.test(form[key])) found[key] = "Enter a whole number.";
  for (const key of ["timeout", "minBackoff", "maxBackoff"] as const)
    if (form[key] && !duration(form[key])) found[key] = "Enter seconds, such as 5 or 0.5.";
  if (!entries(form.schedule).every(duration))
    found.schedule = "Enter seconds with commas between them: 5, 60, 600.";
  return found;
}

/** Return the trigger that a form without faults means. */
export function messageOf(form: Form): Trigger {
  const { name, type, url, description, filter, chainEvents, disableOnGone } = form;
  return create(TriggerSchema, {
    ...{ name, type, url, description, filter, chainEvents, disableOnGone },
    options: optionsOf(form) ?? {},
    headers: headersOf(form) ?? {},
    encoding: Trigger_Encoding[form.encoding],
    secrets: newSecret(form),
    ...(form.retries && { retries: Number(form.retries) }),
    ...(form.timeout && { timeout: duration(form.timeout) }),
    ...(form.maxInFlight && { maxInFlight: Number(form.maxInFlight) }),
    retryPolicy: {
      minBackoff: duration(form.minBackoff),
      maxBackoff: duration(form.maxBackoff),
      schedule: entries(form.schedule).map((each) => duration(each)!),
      noRetryStatuses: entries(form.noRetryStatuses),
    },
  });
}

/** Return the secret that is to be saved, as a list. */
export function newSecret(form: Form): string[] {
  return form.secret && form.secret !== KEPT ? [form.secret] : [];
}

export function optionsOf(form: Form): Record<string, string> | undefined {
  return pairsOf(form.options, "=");
}

export function headersOf(form: Form): Record<string, string> | undefined {
  return pairsOf(form.headers, ":");
}

/** Return the entries of a list with commas. */
export function entries(text: string): string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

/** Return what the server said about fields, by the form's names for them. */
export function byServer(fields: ReadonlyMap<string, string>): Wrong {
  const found: Wrong = {};
  for (const [field, sentence] of fields) {
    const key = KEYS.find((each) => field === PATHS[each]);
    if (key) found[key] = sentence;
  }
  return found;
}
