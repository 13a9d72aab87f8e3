/** Which deliveries are wanted: the filters in the address, as the server takes them. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Attempt_Error,
  Delivery_State,
  DeliveryFilter_AttemptOutcome,
  type DeliveryFilterSchema,
} from "@gen/bellrope/v1/deliveries_pb";
import { present } from "../api/clock";
import { query } from "../router";
import { timestamp } from "../text/times";
import { filter } from "../ui/Filters";

export type Wanted = MessageInitShape<typeof DeliveryFilterSchema>;

/** The lengths of time to choose from, in hours. No number: since ever. */
export const WINDOWS = { "1h": 1, "24h": 24, "7d": 168, "30d": 720, all: Number.NaN } as const;
export type Window = keyof typeof WINDOWS;

/** The filters that narrow a list of deliveries, by their names in the address. */
export const FILTERS = [
  "since",
  "from",
  "until",
  "trigger",
  "type",
  "state",
  "status",
  "error",
  "text",
  "event",
  "attemptFrom",
  "attemptUntil",
  "attemptOutcome",
] as const;

export type Filter = (typeof FILTERS)[number];

/** What clears every filter. */
export const CLEARED = Object.fromEntries(FILTERS.map((each) => [each, ""]));

/** Return whether anything narrows the list, other than how far it goes back. */
export function isNarrowed(): boolean {
  return FILTERS.some((each) => each !== "since" && filter(each));
}

/** Return how far the list goes back: a day, if nothing else says which time is meant. */
export function windowOf(): Window | "custom" {
  const since = filter("since");
  if (since in WINDOWS) return since as Window;
  if (filter("from") || filter("until")) return "custom";
  return hasAttemptTime() ? "all" : "24h";
}

/** Return whether the list is about a time in which attempts ended, as after a click on a bar. */
export function hasAttemptTime(): boolean {
  return !!(filter("attemptFrom") || filter("attemptUntil"));
}

/** Return whether the window of time is about when attempts ended, and not about when events were accepted. */
export function ofAttempts(): boolean {
  return !!filter("attemptOutcome") && !hasAttemptTime();
}

/** Return the present of this view: that of its first page, since further pages belong to the same bounds. */
export function presentOf(): number {
  return Number(query.value.get("asOf")) || present();
}

/** Return the filters of the address as the server takes them. A window of time ends at the present. */
export function wanted(asOf = presentOf()): Wanted {
  const found: Wanted = {
    trigger: filter("trigger"),
    type: filter("type"),
    eventId: filter("event"),
    errorText: filter("text"),
    state: stateNamed(filter("state")),
    error: named(Attempt_Error, filter("error")),
    statusCode: Number(filter("status")) || 0,
    attemptOutcome: named(DeliveryFilter_AttemptOutcome, filter("attemptOutcome")),
  };
  const [from, until] = [begin(asOf), moment("until")];
  if (ofAttempts()) return { ...found, attemptFromTime: from ?? EPOCH, attemptUntilTime: until };
  const [attemptFromTime, attemptUntilTime] = [moment("attemptFrom"), moment("attemptUntil")];
  return { ...found, fromTime: from, untilTime: until, attemptFromTime, attemptUntilTime };
}

const HOUR = 3_600_000; // ms
const EPOCH = timestamp(new Date(0));

function begin(asOf: number) {
  const window = windowOf();
  if (window === "custom") return moment("from");
  const hours = WINDOWS[window];
  return Number.isNaN(hours) ? undefined : timestamp(new Date(asOf - hours * HOUR));
}

/** Return a time of the address; undefined if there is none, or it is no time. */
function moment(name: Filter) {
  const time = new Date(filter(name));
  return Number.isNaN(time.getTime()) ? undefined : timestamp(time);
}

/** Return a state by its name in any case; 0 if it has none. */
export function stateNamed(name: string): Delivery_State {
  return named(Delivery_State, name);
}

/** Return the value of an enum by its name in any case: `dead_lettered`; 0 if it has none. */
function named<E extends Record<string, string | number>>(names: E, name: string): number {
  const value = names[name.toUpperCase()];
  return typeof value === "number" ? value : 0;
}
