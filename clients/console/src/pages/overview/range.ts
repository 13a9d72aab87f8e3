/** The lengths of time to choose from, and the bars that each is drawn with. */

import type { Statistics } from "@gen/bellrope/v1/deliveries_pb";
import { date, timestamp } from "../../text/times";
import { filter } from "../../ui/Filters";

interface Range {
  /** As in "in the last hour". */
  words: string;
  /** Seconds of a bar. */
  step: number;
  bars: number;
  /** Milliseconds between questions: a bar that grows for hours hardly changes. */
  every: number;
}

export const RANGES = {
  "1h": { words: "the last hour", step: 60, bars: 60, every: 5_000 },
  "24h": { words: "the last 24 hours", step: 900, bars: 96, every: 15_000 },
  "7d": { words: "the last 7 days", step: 7_200, bars: 84, every: 60_000 },
} as const satisfies Record<string, Range>;

export type RangeName = keyof typeof RANGES;

/** Return the range in the address: an hour, if it names none. */
export function rangeName(): RangeName {
  const name = filter("range");
  return name in RANGES ? (name as RangeName) : "1h";
}

/** Return the bounds to ask for: whole bars, the last of which is still growing. */
export function bounds({ step, bars }: Range, now: number) {
  const until = Math.ceil(now / 1000 / step) * step;
  return {
    fromTime: timestamp(new Date((until - bars * step) * 1000)),
    untilTime: timestamp(new Date(until * 1000)),
    step: { seconds: BigInt(step), nanos: 0 },
  };
}

/** From and until, of a bar or of all of them. */
export interface Span {
  from: Date;
  until: Date;
}

/** Return when a bar begins and ends, or all of them without one. */
export function span(statistics: Statistics, bar: number | undefined): Span {
  const { bars, fromTime, untilTime } = statistics;
  if (bar === undefined || !bars[bar]) return { from: date(fromTime!), until: date(untilTime!) };
  return {
    from: date(bars[bar].startTime!),
    until: date(bars[bar + 1]?.startTime ?? untilTime!),
  };
}
