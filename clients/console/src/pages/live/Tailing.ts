/** Reads the tail while the tab is seen: reconnects by itself, and marks what it missed. */
import { Code, ConnectError } from "@connectrpc/connect";
import type { Delivery_State, TailResponse } from "@gen/bellrope/v1/deliveries_pb";
import { type ReadonlySignal, signal } from "@preact/signals";
import { deliveries } from "../../api/clients";
import { present } from "../../api/clock";
import { type Failure, failure } from "../../api/failure";
import { anotherKey, key } from "../../api/key";
import { Entries } from "./entries";

export interface TailFilter {
  project: string;
  trigger: string;
  type: string;
  state: Delivery_State;
}

export type Connection =
  | { kind: "connecting" }
  | { kind: "live" }
  /** It connects again soon, unless the server refuses what is asked for. */
  | { kind: "failed"; failure: Failure; refused: boolean };

const FIRST_WAIT = 500; // ms before the first attempt to connect again
const LONGEST_WAIT = 10_000; // ms
const SLICE = 8; // ms of reading between two pauses
const REFUSED = [Code.InvalidArgument, Code.NotFound, Code.PermissionDenied];

/** One view's tail. It has a stream only while the tab is seen. */
export class Tailing {
  readonly entries = new Entries();
  private readonly seen = signal(0);
  private readonly state = signal<Connection>({ kind: "connecting" });
  private readonly over = new AbortController();
  private stream: AbortController | undefined;
  private blind: { since: Date; why: "hidden" | "connection" } | undefined;
  private frame = 0;
  private slice = 0; // until when facts are read without a pause

  constructor(private readonly filter: TailFilter) {
    document.addEventListener("visibilitychange", this.turned, { signal: this.over.signal });
    if (!document.hidden) void this.read();
  }

  /** How many entries there have been, at most once a frame. */
  get count(): ReadonlySignal<number> {
    return this.seen;
  }

  get connection(): ReadonlySignal<Connection> {
    return this.state;
  }

  end(): void {
    this.over.abort();
    this.stream?.abort();
    cancelAnimationFrame(this.frame);
  }

  private readonly turned = () => {
    if (!document.hidden) return void this.read();
    this.blind ??= { since: new Date(present()), why: "hidden" };
    this.stream?.abort();
  };

  private async read(): Promise<void> {
    this.stream?.abort();
    const stream = new AbortController();
    this.stream = stream;
    for (let wait = FIRST_WAIT; !stream.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        // timeoutMs 0: it has no end
        for await (const fact of deliveries.tail(this.filter, { signal: stream.signal, timeoutMs: 0 })) {
          if (stream.signal.aborted) return;
          wait = FIRST_WAIT;
          this.take(fact);
          await this.breath();
        }
      } catch (error) {
        if (stream.signal.aborted || !(await this.mayGoOn(error, stream.signal))) return;
      }
      this.blind ??= { since: new Date(present()), why: "connection" };
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Let the browser draw and answer: what has come in already would otherwise be read in one long task. */
  private async breath(): Promise<void> {
    if (performance.now() < this.slice) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.slice = performance.now() + SLICE;
  }

  /** Say what failed, and return whether it makes sense to connect again. */
  private async mayGoOn(error: unknown, signal: AbortSignal): Promise<boolean> {
    const { code } = ConnectError.from(error);
    if (code === Code.Unauthenticated) {
      await anotherKey(key.value, signal).catch(() => undefined);
      return !signal.aborted;
    }
    const refused = REFUSED.includes(code);
    this.state.value = { kind: "failed", failure: failure(error), refused };
    return !refused;
  }

  private take(fact: TailResponse): void {
    if (this.state.value.kind !== "live") this.state.value = { kind: "live" };
    if (this.blind) {
      this.entries.add({
        kind: "gap",
        from: this.blind.since,
        until: new Date(present()),
        why: this.blind.why,
      });
      this.blind = undefined;
    }
    if (fact.droppedCount) this.entries.add({ kind: "lost", count: fact.droppedCount });
    if (fact.kind) this.entries.add({ kind: "fact", fact });
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.seen.value = this.entries.count;
    });
  }
}
