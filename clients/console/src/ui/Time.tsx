/** A time: relative or in the reader's zone, with the exact UTC on hover. */
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { signal } from "@preact/signals";
import { date, exact, HERE, relative, written } from "../text/times";

/** The present, by the second while the tab is seen. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);

export function Time({ of, as = "relative" }: { of: Timestamp | undefined; as?: "relative" | "date" }) {
  if (!of) return <span class="muted">–</span>;
  const time = date(of);
  const shown = as === "relative" ? relative(time, now.value) : written(time);
  return (
    <time class="number" dateTime={time.toISOString()} title={`${exact(of)}\n${written(time)} ${HERE}`}>
      {shown}
    </time>
  );
}
