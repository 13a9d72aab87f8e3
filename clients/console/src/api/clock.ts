/** The present by the server's clock: its times are compared with that, and not with the reader's clock. */
import { computed, signal } from "@preact/signals";

const STEP = 1_000; // ms: how exactly an answer says when it was written
const TOLERATED = 2_000; // ms that two clocks differ because nobody sets them more exactly

/** How far the server's clock is ahead of the reader's, in ms; 0 as long as nobody would notice. */
export const ahead = signal(0);

const ticked = signal(Date.now());
setInterval(() => {
  if (!document.hidden) ticked.value = Date.now();
}, 1000);

/** The present, by the second while the tab is seen. */
export const now = computed(() => ticked.value + ahead.value);

/** Return the present. */
export function present(): number {
  return Date.now() + ahead.value;
}

/** Learn from the Date of an answer to a request that was sent at a time of the reader's clock. */
export function heard(answer: Response, sent: number): void {
  const written = Date.parse(answer.headers.get("Date") ?? "");
  if (Number.isNaN(written)) return;
  const [least, most] = [written - Date.now(), written + STEP - sent];
  const fits = (difference: number) => difference > least - TOLERATED && difference < most + TOLERATED;
  if (fits(0)) ahead.value = 0;
  else if (!fits(ahead.value)) ahead.value = Math.round((least + most) / 2);
}
