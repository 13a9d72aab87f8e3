/** What a backlog means, in words. */
import { Attempt_Error, type Backlog, Backlog_HeldBy } from "@gen/bellrope/v1/deliveries_pb";
import { date, length } from "../../text/times";

const LATE = 10; // seconds: a delivery that is due for longer does not go out by itself
const MOST = 100_000; // where the server stops counting for a list

/** Return a count; where the server stopped counting it is that or more. */
export function count(number: number, most = MOST): string {
  return number >= most ? `${most.toLocaleString("en")} or more` : number.toLocaleString("en");
}

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

/** Return what needs a hand, as a sentence; undefined if nothing does. */
export function trouble(backlog: Backlog, now: number): string | undefined {
  const { trigger, paused, dueCount, deadLetteredCount: dead } = backlog;
  const late = lateness(backlog, now);
  const due = dueCount ? `${count(dueCount)} due, the oldest for ${length(late)}` : "";
  const failed = lastFailure(backlog) && `, last ${lastFailure(backlog)}`;
  const letters = dead ? `${count(dead)} dead letter${dead === 1 ? "" : "s"}${failed}` : "";
  if (paused)
    return `${trigger} is paused${due || letters ? ` with ${[due, letters].filter(Boolean).join(", and ")}` : ""}.`;
  if (late > LATE) return `${trigger} has ${due}${letters ? `, and ${letters}` : failed}.`;
  return letters ? `${trigger} has ${letters}.` : undefined;
}

/** Return what waits, in a few words for a row; empty if nothing is due or dead. */
export function brief(backlog: Backlog | undefined, now: number): string {
  if (!backlog) return "";
  const late = lateness(backlog, now);
  const dead = backlog.deadLetteredCount;
  return [
    backlog.dueCount && `${count(backlog.dueCount)} due${late > LATE ? `, ${length(late)}` : ""}`,
    dead && `${count(dead)} dead`,
  ]
    .filter(Boolean)
    .join(", ");
}
