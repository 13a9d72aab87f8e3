/** Times at the axis and of bars, in the reader's zone. */
import type { Span } from "./range";

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });

/** Return what the axis says at a moment, in seconds: the clock, or at midnight the day. */
export function clock(seconds: number): string {
  const time = new Date(seconds * 1000);
  return time.getHours() + time.getMinutes() ? CLOCK.format(time) : DAY.format(time);
}

/** Return from when until when: `Mon 30 18:00 – 18:15`. */
export function period({ from, until }: Span): string {
  const sameDay = from.toDateString() === until.toDateString();
  const end = sameDay ? CLOCK.format(until) : `${DAY.format(until)} ${CLOCK.format(until)}`;
  return `${DAY.format(from)} ${CLOCK.format(from)} – ${end}`;
}
