/** How long something is kept, as people write it: `7d`, `36h`, `90min`, `30s`, or `forever`. */
import type { Duration } from "@bufbuild/protobuf/wkt";
import { duration, secondsOf } from "./lengths";

const FOREVER = 315_576_000_000n; // seconds: ten thousand years, the longest length
const UNITS: readonly (readonly [string, bigint])[] = [
  ["d", 86_400n],
  ["h", 3_600n],
  ["min", 60n],
];

/** Return the length that a text means; undefined if it means none. */
export function lengthOf(text: string): Duration | undefined {
  const written = text.trim().toLowerCase();
  if (written === "forever") return whole(FOREVER);
  const [, number, unit] = /^(\d{1,9}) ?(d|h|min)$/.exec(written) ?? [];
  const size = UNITS.find(([name]) => name === unit)?.[1];
  if (number && size) return whole(BigInt(number) * size);
  return duration(written.replace(/ ?s$/, ""));
}

/** Return a length as one writes it, in the largest unit of which it has a whole number. */
export function lengthText(length: Duration): string {
  if (length.seconds >= FOREVER) return "forever";
  const unit = UNITS.find(([, size]) => !length.nanos && length.seconds && length.seconds % size === 0n);
  return unit ? `${length.seconds / unit[1]}${unit[0]}` : `${secondsOf(length)}s`;
}

function whole(seconds: bigint): Duration {
  return { $typeName: "google.protobuf.Duration", seconds, nanos: 0 };
}
