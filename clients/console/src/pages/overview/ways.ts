/** The ways in which attempts end, and the colour of each. */
import { Attempt_Error, type Statistics_Bar } from "@gen/bellrope/v1/deliveries_pb";
import { sums } from "./counts";

/** A status, an error, or both. */
export interface Way {
  status: number;
  error: Attempt_Error;
}

export interface Coloured {
  label: string;
  tone: string;
  /** Undefined for all that have no colour of their own. */
  way: Way | undefined;
  /** How many attempts of some bars ended so. */
  count: (bars: readonly Statistics_Bar[]) => number;
}

type Bars = readonly Statistics_Bar[];

const MOST = 6; // ways with a colour of their own: the eye tells no more apart

/** Return the most frequent ways, what failed first, and what is left. */
export function coloured(bars: Bars): Coloured[] {
  const shown = ways(bars).slice(0, MOST).sort(worstFirst);
  const shades = new Map<string, number>();
  const found = shown.map((way): Coloured => {
    const hue = hueOf(way);
    const shade = shades.get(hue) ?? 0;
    shades.set(hue, shade + 1);
    return { label: nameOf(way), tone: `${hue} shade${shade}`, way, count: (some) => countOf(way, some) };
  });
  const rest = (some: Bars) => {
    const { succeeded, failed } = sums(some);
    return succeeded + failed - found.reduce((all, each) => all + each.count(some), 0);
  };
  if (found.length && !rest(bars)) return found;
  return [
    ...found,
    { label: found.length ? "Other" : "None yet", tone: "rest", way: undefined, count: rest },
  ];
}

/** Return the ways in which attempts ended, the most frequent one first. */
function ways(bars: Bars): Way[] {
  const found = new Map<string, { way: Way; count: number }>();
  for (const bar of bars) {
    for (const { statusCode: status, error, count } of bar.outcomes) {
      const there = found.get(`${status} ${error}`);
      if (there) there.count += Number(count);
      else found.set(`${status} ${error}`, { way: { status, error }, count: Number(count) });
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count).map(({ way }) => way);
}

function countOf({ status, error }: Way, bars: Bars): number {
  let count = 0;
  for (const bar of bars)
    for (const each of bar.outcomes)
      if (each.statusCode === status && each.error === error) count += Number(each.count);
  return count;
}

function worstFirst(a: Way, b: Way): number {
  return Number(!a.error) - Number(!b.error) || (b.status || 1000) - (a.status || 1000) || a.error - b.error;
}

function hueOf({ status, error }: Way): string {
  if (!status) return "no-answer";
  return error && status < 300 ? "s5" : `s${Math.floor(status / 100)}`;
}

/** Return what a way is called: `200`, `503`, `TIMEOUT`, or `200 PROTOCOL_ERROR`. */
function nameOf({ status, error }: Way): string {
  const said = error && !(status && error === Attempt_Error.STATUS) ? Attempt_Error[error]! : "";
  return [status || "", said].filter(Boolean).join(" ");
}
