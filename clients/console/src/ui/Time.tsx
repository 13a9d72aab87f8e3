/** A time: relative or in the reader's zone, with the exact UTC on hover. */
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { now } from "../api/clock";
import { date, exact, HERE, relative, written } from "../text/times";

export function Time({ of, as = "relative" }: { of: Timestamp | undefined; as?: "relative" | "date" }) {
  if (!of) return <span class="muted">–</span>;
  const time = date(of);
  const here = written(time);
  return (
    <time class="number" dateTime={time.toISOString()} title={exactly(of, here)}>
      {as === "relative" ? relative(time, now.value) : here}
    </time>
  );
}

/** A time in a narrow column: the clock above the date, since most rows are of one day. */
export function Stamp({ of }: { of: Timestamp | undefined }) {
  if (!of) return <span class="muted">–</span>;
  const time = date(of);
  const here = written(time);
  return (
    <time class="stamp number" dateTime={time.toISOString()} title={exactly(of, here)}>
      <span>{here.slice(11)}</span> <span class="muted">{here.slice(0, 10)}</span>
    </time>
  );
}

function exactly(time: Timestamp, here: string): string {
  return `${exact(time)}\n${here} ${HERE}`;
}
