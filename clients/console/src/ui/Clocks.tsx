/** Says that the reader's clock differs from the server's, by which times count; nothing if it does not. */
import { ahead } from "../api/clock";
import { length } from "../text/times";

export function Clocks() {
  if (!ahead.value) return null;
  const by = length(Math.abs(ahead.value) / 1000);
  return (
    <p class="clocks muted number">
      Your clock is {by} {ahead.value > 0 ? "behind" : "ahead of"} the server's. Times count by the server's.
    </p>
  );
}
