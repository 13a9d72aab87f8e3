/** Numbers and lengths of time, as this page writes them. */
import type { Duration } from "@bufbuild/protobuf/wkt";
import { length } from "../../text/times";

export function whole(count: number): string {
  return count.toLocaleString("en");
}

/** Return a length of time in words; undefined if it is not set. */
export function kept(duration: Duration | undefined): string | undefined {
  return duration && length(Number(duration.seconds));
}
