/** What an attempt's time went into: the connection, the wait for the answer, and the answer itself. */
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Attempt } from "@gen/bellrope/v1/deliveries_pb";

export interface Part {
  name: "Connect" | "Wait" | "Answer";
  /** Milliseconds. */
  took: number;
  /** True of a connection that was left over from an earlier attempt. */
  reused?: boolean;
}

export function milliseconds(duration: Duration | undefined): number {
  return duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;
}

/** Return the parts in their order; together they are the attempt's duration. */
export function partsOf({ connectDuration, firstByteDuration, duration }: Attempt): Part[] {
  const total = milliseconds(duration);
  const connected = connectDuration ? milliseconds(connectDuration) : firstByteDuration ? 0 : total;
  const began = firstByteDuration ? milliseconds(firstByteDuration) : total;
  const parts: Part[] = [
    { name: "Connect", took: connected, reused: !!connectDuration && !connected },
    { name: "Wait", took: began - connected },
    { name: "Answer", took: total - began },
  ];
  return parts.map((part) => ({ ...part, took: Math.max(part.took, 0) }));
}
