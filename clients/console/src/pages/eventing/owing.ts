/** Why what a trigger owes does not go out, in words. */
import { Attempt_Error, type Backlog, Backlog_HeldBy } from "@gen/bellrope/v1/deliveries_pb";
import { date } from "../../text/times";

/** Return for how many seconds the oldest due delivery waits; 0 if none is due. */
export function lateness({ dueCount, dueTime }: Backlog, now: number): number {
  return dueCount && dueTime ? Math.max(0, (now - date(dueTime).getTime()) / 1000) : 0;
}

/** Return the last failure: its status, or the name of its error; empty if there is none. */
export function lastFailure({ lastFailure: attempt }: Backlog): string {
  if (!attempt) return "";
  return attempt.statusCode ? String(attempt.statusCode) : Attempt_Error[attempt.error]!;
}

export const HELD: Readonly<Record<Backlog_HeldBy, string>> = {
  [Backlog_HeldBy.HELD_BY_UNSPECIFIED]: "",
  [Backlog_HeldBy.PAUSED]: "Paused",
  [Backlog_HeldBy.CAP]: "At its limit",
};
