/** Small drawings in one line width, 16 by 16; they say nothing that a word beside them does not. */

const DRAWN = {
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
  check: "m3.5 8.5 3 3 6-7",
  cross: "m4.5 4.5 7 7m0-7-7 7",
  slash: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M4 12l8-8",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2m0 3v3l2 1.5",
  half: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2m0 3.5a2.5 2.5 0 0 1 0 5z",
  glass: "M4.5 2h7M4.5 14h7M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
  pause: "M5.5 3v10m5-10v10",
  play: "M5 3v10l7.5-5z",
  dot: "M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5",
  warning: "M8 2 1.5 13.5h13zm0 4.5v3m0 2v.01",
  info: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2m0 5v4m0-6.5v.01",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  menu: "M2 4h12M2 8h12M2 12h12",
  back: "M13 8H3m4-4L3 8l4 4",
  chevron: "m4 6 4 4 4-4",
  sun: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6m0-3.5V3m0 10v1.5M1.5 8H3m10 0h1.5M3.4 3.4l1 1m7.2 7.2 1 1m0-9.2-1 1m-7.2 7.2-1 1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7",
  screen: "M2 3h12v8H2zm4 11h4m-2-3v3",
  list: "M5 4h9M5 8h9M5 12h9M2 4h.01M2 8h.01M2 12h.01",
  send: "m14 2-5.5 12-2-5.5L1 6.5zM6.5 8.5 14 2",
  calendar: "M2.5 3.5h11v10h-11zm0 3.5h11M5.5 2v3m5-3v3",
  chart: "M2 13.5h12M4 11V7m4 4V3m4 8V5.5",
  schema:
    "M6 2.5H5a1.5 1.5 0 0 0-1.5 1.5v2L2 8l1.5 2v2A1.5 1.5 0 0 0 5 13.5h1m4-11h1A1.5 1.5 0 0 1 12.5 4v2L14 8l-1.5 2v2a1.5 1.5 0 0 1-1.5 1.5h-1",
  folder: "M2 4.5v8h12v-7H8L6.5 3.5H2z",
  server: "M2.5 3h11v4h-11zm0 6h11v4h-11zM5 5v.01M5 11v.01",
  settings:
    "M2 4.5h6m4 0h2M2 11.5h2m4 0h6M8 4.5a2 2 0 1 1 4 0 2 2 0 0 1-4 0M4 11.5a2 2 0 1 1 4 0 2 2 0 0 1-4 0",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9m3.5 8 3.5 3.5",
  live: "M1.5 8H5l2-5 2.5 10L11.5 8h3",
  bulk: "M2.5 2.5h4v4h-4zm0 7h4v4h-4zM9.5 4h4.5M9.5 7h3M9.5 11h4.5",
  lock: "M3.5 7h9v6.5h-9zM5.5 7V4.5a2.5 2.5 0 0 1 5 0V7",
  out: "M6.5 2.5h-4v11h4M10 5l3 3-3 3m3-3H6",
} as const;

export type IconName = keyof typeof DRAWN;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={DRAWN[name]} />
    </svg>
  );
}
