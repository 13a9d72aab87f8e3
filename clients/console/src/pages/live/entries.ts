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

  /** How many entries are kept. */
  get size(): number {
    return Math.min(this.total, KEPT);
  }

  /** Return the entry at an index, the newest being at 0. */
  at(index: number): Entry | undefined {
    return index < this.size ? this.ring[(this.total - 1 - index) % KEPT] : undefined;
  }

  /** Return the entries as they are now, for a reader who has paused: what comes later pushes none out. */
  copy(): Entries {
    const copy = new Entries();
    copy.ring.push(...this.ring);
    copy.total = this.total;
    return copy;
  }
}
