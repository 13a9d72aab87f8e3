/** Lengths of time, with their units written out. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DurationSchema } from "@bufbuild/protobuf/wkt";

/**
 * A length of time: the sum of its parts, as `{ minutes: 10 }` or `{ hours: 1, seconds: 30 }`.
 *
 * It is never a bare number, because `10` could be seconds or milliseconds. A `Temporal.Duration` without
 * weeks, months and years is one, too.
 */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

const MILLISECONDS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000, milliseconds: 1 };
const UNITS = Object.keys(MILLISECONDS) as (keyof Duration)[];
const VARIABLE = ["weeks", "months", "years"];

/** Return a length of time in milliseconds. Throws TypeError if it is not one; `name` is what it is for. */
export function milliseconds(duration: Duration, name: string): number {
  if (typeof duration !== "object" || duration === null) {
    throw new TypeError(`${name} must have a unit. Write { seconds: 10 } or { milliseconds: 500 }.`);
  }
  refuseOtherUnits(duration, name);
  const sum = UNITS.reduce((sum, unit) => sum + (duration[unit] ?? 0) * MILLISECONDS[unit], 0);
  if (!Number.isFinite(sum)) {
    throw new TypeError(`${name} must consist of finite numbers.`);
  }
  return sum;
}

/** Return the message of the proto for a length of time, to the microsecond, for fields such as `minBackoff`. */
export function duration(length: Duration, name = "duration"): MessageInitShape<typeof DurationSchema> {
  const micros = Math.round(milliseconds(length, name) * 1000);
  return { seconds: BigInt(Math.trunc(micros / 1e6)), nanos: (micros % 1e6) * 1000 };
}

function refuseOtherUnits(duration: object, name: string): void {
  const known: string[] = UNITS;
  const wrong = [...Object.keys(duration).filter((key) => !known.includes(key)), ...VARIABLE].find(
    (key) => (duration as Record<string, unknown>)[key],
  );
  if (wrong) {
    throw new TypeError(`${name} has \`${wrong}\`. Its units are ${UNITS.join(", ")}.`);
  }
}
