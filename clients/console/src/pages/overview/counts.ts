/** Counts of bars, and how they are written. */
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Statistics_Bar } from "@gen/bellrope/v1/deliveries_pb";

export interface Sums {
  accepted: number;
  succeeded: number;
  failed: number;
  dead: number;
}

/** Return the sums of some bars. */
export function sums(bars: readonly Statistics_Bar[]): Sums {
  const all: Sums = { accepted: 0, succeeded: 0, failed: 0, dead: 0 };
  for (const bar of bars) {
    all.accepted += Number(bar.acceptedCount);
    all.succeeded += Number(bar.succeededCount);
    all.failed += Number(bar.failedCount);
    all.dead += Number(bar.deadLetteredCount);
  }
  return all;
}

/** Deliveries that waited at one moment: those that were due, and those whose time had not come. */
export interface Waiting {
  due: number;
  later: number;
}

/** Return how many deliveries waited in some bars when they were the most. */
export function mostWaiting(bars: readonly Statistics_Bar[]): Waiting {
  const most: Waiting = { due: 0, later: 0 };
  for (const { dueCount, scheduledCount } of bars) {
    most.due = Math.max(most.due, Number(dueCount));
    most.later = Math.max(most.later, Number(scheduledCount - dueCount));
  }
  return most;
}

/** Return which part of the attempts failed, or undefined without attempts. */
export function errorRate({ succeeded, failed }: Pick<Sums, "succeeded" | "failed">): number | undefined {
  return succeeded + failed ? failed / (succeeded + failed) : undefined;
}

export function seconds(duration: Duration | undefined): number | undefined {
  return duration && Number(duration.seconds) + duration.nanos / 1e9;
}

/** Return a count in full: `1,204`. */
export function whole(count: number): string {
  return count.toLocaleString("en");
}

/** Return a count for an axis: `1.2K`; there is no half of an event. */
export function short(count: number): string {
  return Number.isInteger(count) ? count.toLocaleString("en", { notation: "compact" }) : "";
}

/** Return a share: `0.4 %`; what is not nothing is never written as 0. */
export function share(part: number | undefined): string {
  if (part === undefined) return "–";
  if (part > 0 && part < 0.001) return "< 0.1 %";
  return `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;
}

/** Return a length of time: `12 ms`, `1.3 s`, `2 min`, `5 h`; nothing is `0`. */
export function time(value: number | undefined): string {
  if (value === undefined) return "–";
  if (value < 0.001) return value ? "< 1 ms" : "0";
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 120) return `${Number(value.toFixed(1))} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`;
}
