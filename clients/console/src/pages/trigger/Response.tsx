/** What became of the event: while one waits, the answer, or why there is none. */

import type { QueueResponse, TriggerSyncResponse } from "@gen/bellrope/v1/eventing_pb";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { at } from "../../router";
import { utf8 } from "../../text/bytes";
import { date, exact } from "../../text/times";
import { zoned } from "../../text/zones";
import { Icon, type IconName } from "../../ui/Icon";
import { Id } from "../../ui/Id";
import { Json } from "../../ui/Json";
import { Notice } from "../../ui/Notice";
import { Results } from "./Results";
import { SoFar } from "./SoFar";
import type { Outcome } from "./sending";

export function Response({
  outcome,
  project,
  onStop,
}: {
  outcome: Outcome;
  project: string;
  onStop: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone it is below the form. An answer brings nobody back who has gone elsewhere meanwhile.
    if (outcome.kind === "waiting" || (outcome.kind !== "none" && isSeen(box.current!)))
      box.current!.scrollIntoView({ block: "nearest" });
  }, [outcome.kind]);
  return (
    <section ref={box} class="response" aria-label="Response" aria-live="polite">
      <h2>Response</h2>
      {told(outcome, project, onStop)}
    </section>
  );
}

function isSeen(part: Element): boolean {
  const { top, bottom } = part.getBoundingClientRect();
  return top < innerHeight && bottom > 0;
}

function told(outcome: Outcome, project: string, onStop: () => void) {
  switch (outcome.kind) {
    case "none":
      return <p class="muted">The answer is shown here.</p>;
    case "waiting":
      return (
        <>
          <Waiting since={outcome.since} sync={outcome.sync} onStop={onStop} />
          {outcome.sync && <SoFar project={project} id={outcome.id} />}
        </>
      );
    case "queued":
      return <Queued answer={outcome.answer} zone={outcome.zone} project={project} />;
    case "answered":
      return <Answered answer={outcome.answer} project={project} />;
    case "stopped":
      return (
        <Said icon="info" tone="">
          You stopped waiting after {(outcome.after / 1000).toFixed(1)} s. The delivery goes on: see event{" "}
          <EventId id={outcome.id} project={project} />
        </Said>
      );
    case "failed":
      return (
        <>
          <Notice failure={outcome.failure} />
          {outcome.failure.results && <Results answer={outcome.failure.results} project={project} />}
          {stored(outcome.failure.reason) && (
            <p>
              The event is stored: <EventId id={outcome.id} project={project} />
            </p>
          )}
        </>
      );
  }
}

/** The reasons after which the event is stored all the same. */
function stored(reason: string): boolean {
  return ["WEBHOOK_FAILED", "DEADLINE_PASSED", "RESPONSE_TOO_LARGE"].includes(reason);
}

function Waiting({ since, sync, onStop }: { since: number; sync: boolean; onStop: () => void }) {
  const elapsed = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => (elapsed.value = Date.now() - since), 100);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <div class="notice">
      <Icon name="half" />
      <div aria-live="off">
        {sync ? "Waiting for the webhook's answer" : "Sending"}:{" "}
        <span class="number">{(elapsed.value / 1000).toFixed(1)} s</span>
      </div>
      <button type="button" onClick={onStop}>
        Stop waiting
      </button>
    </div>
  );
}

function Queued({ answer, zone, project }: { answer: QueueResponse; zone: string; project: string }) {
  const { eventId, deliveryCount, duplicate, dueTime } = answer;
  const calls = deliveryCount === 1 ? "1 webhook" : `${deliveryCount} webhooks`;
  return (
    <>
      {duplicate && (
        <Said icon="info" tone="">
          This id was accepted before: this is the first answer again, and nothing new is stored.
        </Said>
      )}
      <Said icon={deliveryCount ? "check" : "warning"} tone={deliveryCount ? "good" : "warn"}>
        {deliveryCount
          ? `Queued for ${calls}, due `
          : "Stored, but no trigger matches it, so nothing is called."}
        {!!deliveryCount && dueTime && <span class="number">{zoned(date(dueTime), zone)}</span>}
        <br />
        Event <EventId id={eventId} project={project} />
      </Said>
      <Json bytes={utf8(jsonOf(answer))} label="Answer" />
    </>
  );
}

function jsonOf({ eventId, deliveryCount, dueTime, duplicate }: QueueResponse): string {
  const due = dueTime && exact(dueTime).replace(" UTC", "Z").replace(" ", "T");
  return JSON.stringify({ eventId, deliveryCount, dueTime: due, duplicate });
}

function Answered({ answer, project }: { answer: TriggerSyncResponse; project: string }) {
  return (
    <>
      <Results answer={answer} project={project} />
      <p>
        Event <EventId id={answer.eventId} project={project} />
      </p>
    </>
  );
}

function EventId({ id, project }: { id: string; project: string }) {
  return <Id of={id} href={at`projects/${project}/events/${id}`} />;
}

function Said({
  icon,
  tone,
  children,
}: {
  icon: IconName;
  tone: "" | "good" | "warn";
  children: ComponentChildren;
}) {
  return (
    <div class={`notice ${tone}`}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}
