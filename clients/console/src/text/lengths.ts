/** Lengths of time as people type them: seconds, such as `90` or `0.5`. */
import type { Duration } from "@bufbuild/protobuf/wkt";

const SECONDS = /^\d{1,12}(\.\d{1,9})?$/;

/** Return a length from its seconds; undefined if they are no number. */
export function duration(seconds: string): Duration | undefined {
  if (!SECONDS.test(seconds)) return undefined;
  const [whole, part = ""] = seconds.split(".");
  return {
    $typeName: "google.protobuf.Duration",
    seconds: BigInt(whole!),
    nanos: Number(part.padEnd(9, "0")),
  };
}

/** Return the seconds of a length, without zeros at the end: `2.5`. */
export function secondsOf(length: Duration): string {
  const part = String(length.nanos).padStart(9, "0").replace(/0+$/, "");
  return part ? `${length.seconds}.${part}` : String(length.seconds);
}
