/** What the live view keeps: the last 1,000 facts, and marks where something is missing. */
import type { TailResponse } from "@gen/bellrope/v1/deliveries_pb";

export const KEPT = 1_000;

export type Entry =
  | { kind: "fact"; number: number; fact: TailResponse }
  /** The server dropped facts, because this page read too slowly. */
  | { kind: "lost"; number: number; count: bigint }
  /** Nothing was read between two times. */
  | { kind: "gap"; number: number; from: Date; until: Date; why: "hidden" | "connection" };

type New<E> = E extends Entry ? Omit<E, "number"> : never;

/** The last entries; the oldest one goes when there are too many. */
export class Entries {
  private readonly ring: Entry[] = [];
  private total = 0;

  /** How many entries there have been. */
  get count(): number {
    return this.total;
  }

  add(entry: New<Entry>): void {
    this.ring[this.total % KEPT] = { ...entry, number: this.total } as Entry;
    this.total += 1;
  }

  clear(): void {
    this.ring.length = 0;
    this.total = 0;
  }

  /** Return how many entries there are to see if the first `upTo` are looked at. */
  size(upTo = this.total): number {
    return Math.max(0, upTo - Math.max(0, this.total - KEPT));
  }

  /** Return the entry at an index, the newest of the first `upTo` being at 0. */
  at(index: number, upTo = this.total): Entry | undefined {
    return index < this.size(upTo) ? this.ring[(upTo - 1 - index) % KEPT] : undefined;
  }
}
