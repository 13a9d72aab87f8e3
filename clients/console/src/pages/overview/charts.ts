/** Which charts there are, and what each draws. */
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Statistics, Statistics_Bar } from "@gen/bellrope/v1/deliveries_pb";
import { owed } from "../../log/owed";
import {
  errorRate,
  mostWaiting,
  type Sums,
  seconds,
  share,
  short,
  sums,
  time,
  type Waiting,
  whole,
} from "./counts";
import { attempts, events, type Lead } from "./leads";
import type { ChartProps, Part } from "./parts";
import { coloured } from "./ways";

export type Drawn = Omit<ChartProps, "statistics" | "bar">;

type Bar = Statistics_Bar;
type Bars = readonly Bar[];

/** Return the charts of some statistics; without them, their empty frames. */
export function charts(statistics: Statistics | undefined, to: Lead): Drawn[] {
  const bars = statistics?.bars ?? [];
  const found = [
    ofAttempts(bars, to),
    ofWays(bars, to),
    ofErrors(bars, to),
    ofTimes("Attempt duration", bars, to, ["durationP50", "durationP95"]),
    ofTimes("Lateness", bars, to, ["latenessP50", "latenessP95"]),
    ofDead(bars, to),
    ofWaiting(bars, to),
  ];
  return to.trigger ? found : [...found, ofEvents(bars, to)];
}

interface About {
  label: string;
  tone: string;
  /** Of one bar. */
  value: (bar: Bar) => number | undefined;
  /** Of one bar, or of all of them. */
  said: (bars: Bars) => string;
  lead?: Part["lead"];
}

function part(bars: Bars, { label, tone, value, said, lead }: About): Part {
  return {
    label,
    tone,
    lead,
    values: bars.map(value),
    said: (bar) => said(bar === undefined ? bars : bars.slice(bar, bar + 1)),
  };
}

/** A part that counts something. */
function counted(bars: Bars, name: keyof Sums, about: Pick<About, "label" | "tone" | "lead">): Part {
  const of = (some: Bars) => sums(some)[name];
  return part(bars, { ...about, value: (bar) => of([bar]), said: (some) => whole(of(some)) });
}

function ofAttempts(bars: Bars, to: Lead): Drawn {
  return {
    title: "Attempts",
    value: short,
    lead: (span) => attempts(to, span),
    parts: [
      counted(bars, "failed", { label: "Failed", tone: "bad", lead: (span) => attempts(to, span, "failed") }),
      counted(bars, "succeeded", {
        label: "Succeeded",
        tone: "good",
        lead: (span) => attempts(to, span, "succeeded"),
      }),
    ],
  };
}

function ofWays(bars: Bars, to: Lead): Drawn {
  const parts = coloured(bars).map(({ label, tone, way, count }) =>
    part(bars, {
      label,
      tone,
      value: (bar) => count([bar]),
      said: (some) => whole(count(some)),
      lead: (span) => attempts(to, span, way),
    }),
  );
  return { title: "By status code", value: short, lead: (span) => attempts(to, span), parts };
}

function ofErrors(bars: Bars, to: Lead): Drawn {
  const of = (some: Bars) => errorRate(sums(some));
  const lead: Part["lead"] = (span) => attempts(to, span, "failed");
  const failed = part(bars, {
    label: "Failed of all attempts",
    tone: "bad",
    value: (bar) => of([bar]),
    said: (some) => share(of(some)),
    lead,
  });
  return { title: "Error rate", value: share, atLeast: 0.01, atMost: 1, lead, parts: [failed] };
}

type Estimate = "durationP50" | "durationP95" | "latenessP50" | "latenessP95";

function ofTimes(title: string, bars: Bars, to: Lead, [half, most]: readonly [Estimate, Estimate]): Drawn {
  const estimate = (label: string, tone: string, name: Estimate) =>
    part(bars, { label, tone, value: (bar) => seconds(bar[name]), said: (some) => highest(some, name) });
  return {
    title,
    value: time,
    atLeast: 0.01,
    stacked: false,
    lead: (span) => attempts(to, span),
    parts: [estimate("p50", "accent", half), estimate("p95", "accent light", most)],
  };
}

/** The estimates of bars cannot be added up. */
function highest(bars: Bars, name: Estimate): string {
  const values = bars.flatMap((bar) => seconds(bar[name] as Duration | undefined) ?? []);
  if (!values.length) return "–";
  return `${bars.length > 1 ? "≤ " : ""}${time(Math.max(...values))}`;
}

function ofDead(bars: Bars, to: Lead): Drawn {
  // What was sent again since is no dead letter any more, so the list may have fewer.
  const parts = [
    counted(bars, "dead", {
      label: "Dead letters",
      tone: "bad",
      lead: (span) => attempts(to, span, "dead"),
    }),
  ];
  return { title: "Dead letters", value: short, parts };
}

/** What waited in the past cannot be listed any more: the way leads to what waits now. */
function ofWaiting(bars: Bars, { project, trigger }: Lead): Drawn {
  const lead: Part["lead"] = () => owed({ project, trigger, state: "scheduled" });
  const waiting = (label: string, tone: string, name: keyof Waiting) => {
    const of = (some: Bars) => mostWaiting(some)[name];
    const said = (some: Bars) => `${some.length > 1 && of(some) ? "up to " : ""}${whole(of(some))}`;
    return part(bars, { label, tone, value: (bar) => of([bar]), said, lead });
  };
  const parts = [waiting("Due", "accent", "due"), waiting("For later", "accent light", "later")];
  return { title: "Waiting", value: short, lead, parts };
}

function ofEvents(bars: Bars, to: Lead): Drawn {
  const lead: Part["lead"] = (span) => events(to, span);
  return {
    title: "Events in",
    value: short,
    lead,
    parts: [counted(bars, "accepted", { label: "Accepted", tone: "accent", lead })],
  };
}
