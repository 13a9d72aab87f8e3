/** A date and a time on the wall of a zone, and the moments that they can mean. */
import { written } from "./times";

/** What a wall time means: one moment, none because the clocks jump over it, or two because they go back. */
export type Meaning =
  | { kind: "once"; time: Date }
  | { kind: "skipped"; earlier: Date; later: Date }
  | { kind: "twice"; first: Date; second: Date };

const DAY = 86_400_000; // ms

/** Return what `2026-11-29T18:00` or `2026-11-29T18:00:00` means in a zone; undefined if it is no time. */
export function meaning(wall: string, zone: string): Meaning | undefined {
  const naive = Date.parse(`${wall}Z`);
  if (Number.isNaN(naive)) return undefined;
  const before = naive - offset(new Date(naive - DAY), zone);
  const after = naive - offset(new Date(naive + DAY), zone);
  const fits = [...new Set([before, after])]
    .filter((each) => each + offset(new Date(each), zone) === naive)
    .sort((a, b) => a - b);
  if (fits.length === 2) return { kind: "twice", first: new Date(fits[0]!), second: new Date(fits[1]!) };
  if (fits.length === 1) return { kind: "once", time: new Date(fits[0]!) };
  const [earlier, later] = [before, after].sort((a, b) => a - b);
  return { kind: "skipped", earlier: new Date(earlier!), later: new Date(later!) };
}

/** Return a moment with its zone: `2026-11-29 18:00:00 Europe/Berlin`, with the offset in an hour that comes twice. */
export function zoned(time: Date, zone: string): string {
  const wall = written(time, zone);
  const twice = meaning(wall.replace(" ", "T"), zone)?.kind === "twice";
  return `${wall} ${twice ? `${offsetText(time, zone)} ` : ""}${zone}`;
}

/** Return how far a zone's clocks are ahead of UTC at a moment, in ms. */
export function offset(time: Date, zone: string): number {
  const whole = Math.floor(time.getTime() / 1000) * 1000;
  return Date.parse(`${written(new Date(whole), zone).replace(" ", "T")}Z`) - whole;
}

/** Return an offset as it is written after a time: `+02:00`. */
export function offsetText(time: Date, zone: string): string {
  const minutes = offset(time, zone) / 60_000;
  const size = Math.abs(minutes);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}

/** The zones that the browser knows, UTC first. */
export function zones(): string[] {
  const known = Intl.supportedValuesOf("timeZone").filter((each) => each !== "UTC");
  return ["UTC", ...known];
}
