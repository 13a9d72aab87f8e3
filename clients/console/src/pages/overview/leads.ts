/** Where a click leads: to the deliveries with exactly the attempts that were counted. */
import { Attempt_Error } from "@gen/bellrope/v1/deliveries_pb";
import { at, type Query, withQuery } from "../../router";
import type { Span } from "./range";
import type { Way } from "./ways";

export interface Lead {
  project: string;
  /** Empty for all triggers. */
  trigger: string;
}

/** Which attempts: those with an outcome, those of dead letters, or those that ended in one way. */
export type Which = "succeeded" | "failed" | "dead" | Way | undefined;

/** Return the address of the attempts that ended in a time: all, or some of them. */
export function attempts({ project, trigger }: Lead, { from, until }: Span, which?: Which): string {
  return withQuery(at`projects/${project}/deliveries`, {
    trigger,
    attemptFrom: from.toISOString(),
    attemptUntil: until.toISOString(),
    ...filters(which),
  });
}

/** Return the address of the events that were accepted in a time. */
export function events({ project }: Lead, { from, until }: Span): string {
  return withQuery(at`projects/${project}/events`, { from: from.toISOString(), until: until.toISOString() });
}

function filters(which: Which): Query {
  if (which === undefined) return {};
  if (which === "dead") return { attemptOutcome: "failed", state: "dead_lettered" };
  if (typeof which === "string") return { attemptOutcome: which };
  const { status, error } = which;
  return {
    attemptOutcome: error ? "failed" : "succeeded",
    status: status ? String(status) : undefined,
    error: error ? Attempt_Error[error]!.toLowerCase() : undefined,
  };
}
