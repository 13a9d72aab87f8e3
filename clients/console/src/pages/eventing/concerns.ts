/** What needs a hand now, worst first: what is behind, what has died, what is paused. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import { counted, date, length } from "../../text/times";

export interface Concern {
  trigger: string;
  kind: "late" | "dead" | "paused";
  sentence: string;
}

const BEHIND = 30; // seconds after which what is due is late, and not only busy

/** Return the concerns of a project's triggers, one for each that has one. */
export function concerns(backlogs: readonly Backlog[], now: number): Concern[] {
  const found = backlogs.flatMap((each) => concern(each, now) ?? []);
  return [...of("late", found), ...of("dead", found), ...of("paused", found)];
}

function of(kind: Concern["kind"], found: readonly Concern[]): Concern[] {
  return found.filter((each) => each.kind === kind);
}

function concern(backlog: Backlog, now: number): Concern | undefined {
  const { trigger, paused, dueCount, deadLetteredCount, dueTime } = backlog;
  if (paused) {
    const what = owed(backlog);
    return { trigger, kind: "paused", sentence: `${trigger} is paused${what && `: ${what}`}` };
  }
  const behind = dueCount && dueTime ? (now - date(dueTime).getTime()) / 1000 : 0;
  if (behind > BEHIND) {
    return {
      trigger,
      kind: "late",
      sentence: `${trigger} is ${length(behind)} behind: ${counted(dueCount)} due`,
    };
  }
  if (!deadLetteredCount) return undefined;
  const letters = deadLetteredCount === 1 ? "1 dead letter" : `${counted(deadLetteredCount)} dead letters`;
  return { trigger, kind: "dead", sentence: `${trigger} has ${letters}` };
}

/** Return what a trigger owes, in the fewest words; empty if nothing. */
function owed({ dueCount, deadLetteredCount }: Backlog): string {
  return [dueCount && `${counted(dueCount)} due`, deadLetteredCount && `${counted(deadLetteredCount)} dead`]
    .filter(Boolean)
    .join(", ");
}
