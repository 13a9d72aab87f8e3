/** Times for people: in the reader's zone, relative to now, and exactly in UTC. */
import { type Duration, type Timestamp, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";

export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Return a time as Date, which has milliseconds. */
export function date(time: Timestamp): Date {
  return timestampDate(time);
}

export function timestamp(time: Date): Timestamp {
  return timestampFromDate(time);
}

/** Return `2026-11-29 18:00:00`, in a zone. */
export function written(time: Date, zone = HERE): string {
  const parts = Object.fromEntries(
    format(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  const made =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-GB-u-hc-h23", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  formats.set(zone, made);
  return made;
}

/** Return a time in UTC with all its digits: `2026-11-29 17:00:00.123456 UTC`. */
export function exact(time: Timestamp): string {
  const whole = new Date(Number(time.seconds) * 1000).toISOString().slice(0, 19).replace("T", " ");
  const part = time.nanos
    ? `.${String(time.nanos)
        .padStart(9, "0")
        .replace(/(000)+$/, "")}`
    : "";
  return `${whole}${part} UTC`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** Return a length of time in its two largest units: `2 h 5 min`, `40 s`. */
export function length(seconds: number): string {
  let rest = Math.round(seconds);
  const said: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) said.push(`${count} ${unit}`);
    if (said.length === 2 || (said.length && !count)) break;
  }
  return said.join(" ") || "0 s";
}

/** Return `in 1 h` or `5 min ago`, in the largest unit; `now` within a second. */
export function relative(time: Date, now: number): string {
  const seconds = (time.getTime() - now) / 1000;
  if (Math.abs(seconds) < 1) return "now";
  const away = Math.abs(seconds);
  // 59.7 minutes are 1 h, and not 60 min
  const [unit, size] =
    UNITS.find(([, each], place) => away >= each - (UNITS[place + 1]?.[1] ?? 0) / 2) ?? UNITS.at(-1)!;
  const count = Math.round(away / size);
  return seconds > 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
}

/** Return a count that stops at a round number, which then means that or more: `100,000+`. */
export function counted(count: number): string {
  const stops = count === 100_000 || count === 1_000_000;
  return `${count.toLocaleString("en")}${stops ? "+" : ""}`;
}

/** Return a duration of an attempt: `12 ms`, `1.25 s`. */
export function took(duration: Duration): string {
  const ms = Number(duration.seconds) * 1000 + duration.nanos / 1e6;
  if (ms < 1) return "< 1 ms";
  return Math.round(ms) < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
