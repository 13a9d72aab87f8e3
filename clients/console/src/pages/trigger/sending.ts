/** Sends the event of the form, and says where that stands. */

import type { QueueResponse, TriggerSyncResponse } from "@gen/bellrope/v1/eventing_pb";
import { type ReadonlySignal, signal } from "@preact/signals";
import { eventing } from "../../api/clients";
import { present } from "../../api/clock";
import { type Failure, failure } from "../../api/failure";
import { GRACE } from "../../api/transport";
import { newId } from "../../text/ids";
import { eventOf, type Form } from "./form";

export type Outcome =
  | { kind: "none" }
  | { kind: "waiting"; id: string; since: number; sync: boolean }
  | { kind: "queued"; answer: QueueResponse; zone: string }
  | { kind: "answered"; answer: TriggerSyncResponse }
  | { kind: "stopped"; id: string; after: number }
  | { kind: "failed"; id: string; failure: Failure };

/** One form's events: one at a time. */
export class Sending {
  private readonly said = signal<Outcome>({ kind: "none" });
  private waiting: AbortController | undefined;
  private id = ""; // kept while it is unknown whether the event was stored: then nothing is stored twice

  get outcome(): ReadonlySignal<Outcome> {
    return this.said;
  }

  async send(form: Form, project: string): Promise<void> {
    if (this.waiting) return;
    this.id ||= newId(present());
    const id = form.id || this.id;
    const since = Date.now();
    this.waiting = new AbortController();
    const { signal } = this.waiting;
    this.said.value = { kind: "waiting", id, since, sync: form.sync };
    try {
      this.said.value = await this.call(form, project, id, signal);
      this.id = "";
    } catch (error) {
      const failed = failure(error);
      if (signal.aborted) this.said.value = { kind: "stopped", id, after: Date.now() - since };
      else this.said.value = { kind: "failed", id, failure: failed };
      if (signal.aborted || !failed.unreachable) this.id = "";
    }
    this.waiting = undefined;
  }

  /** Wait no longer; the delivery goes on. */
  stop(): void {
    this.waiting?.abort();
  }

  private async call(form: Form, project: string, id: string, signal: AbortSignal): Promise<Outcome> {
    const event = eventOf(form, project, id);
    if (!form.sync)
      return { kind: "queued", answer: await eventing.queue(event, { signal }), zone: form.at.zone };
    const timeoutMs = Number(form.wait) * 1000 + GRACE;
    return { kind: "answered", answer: await eventing.triggerSync(event, { signal, timeoutMs }) };
  }
}
