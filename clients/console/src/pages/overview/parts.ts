/** What a chart shows, and what its bars are made of. */
import type { Statistics } from "@gen/bellrope/v1/deliveries_pb";
import type { Signal } from "@preact/signals";
import type { Span } from "./range";

/** One part of each bar. */
export interface Part {
  label: string;
  /** The class of its colour. */
  tone: string;
  /** By bar; undefined is nothing. */
  values: readonly (number | undefined)[];
  /** What is said of a bar, or of all of them without one. */
  said: (bar: number | undefined) => string;
  /** Where a click leads; without it this part leads nowhere. */
  lead?: (span: Span) => string;
}

export interface ChartProps {
  title: string;
  /** Undefined until they are known: then an empty frame is shown. */
  statistics: Statistics | undefined;
  /** The lowest part first. */
  parts: readonly Part[];
  stacked?: boolean;
  atLeast?: number;
  atMost?: number;
  /** How values are written at the axis. */
  value: (value: number) => string;
  /** The bar that is looked at, in all charts alike. */
  bar: Signal<number | undefined>;
  /** Where a click leads that is on no part. */
  lead?: (span: Span) => string;
}
