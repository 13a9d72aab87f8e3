/** One event: its data, what became of it, where it comes from, and why triggers match it or not. */
import type { Delivery, Event } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { event as getEvent, isFinal } from "../../log/data";
import type { PageProps } from "../../props";
import { at, withQuery } from "../../router";
import { Back } from "../../ui/Back";
import { Bones } from "../../ui/Bones";
import { CopyAsCurl } from "../../ui/CopyAsCurl";
import { type Fact, Facts } from "../../ui/Facts";
import { Id } from "../../ui/Id";
import { Json } from "../../ui/Json";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { isLater } from "./columns";
import { type AskedOfEvent, EventQuestion } from "./EventQuestion";
import { History } from "./History";
import { Owed } from "./Owed";
import { Why } from "./Why";
import "../../log/log.css";
import "./event.css";

const EVERY = 2_000; // ms

export default function EventPage({ params }: PageProps) {
  const [project, eventId] = [params.project!, params.event!];
  const about = [project, eventId];
  const poll = usePoll((signal) => getEvent(project, eventId, signal), { every: 0, about });
  const owed = usePoll((signal) => owedFor(project, eventId, signal), { every: EVERY, about });
  const asked = useSignal<AskedOfEvent | undefined>(undefined);
  useTitle("Event", eventId, project);
  const { value: found, failure } = poll.state.value;
  const rows = owed.state.value.value ?? (found && !found.deliveryCount ? [] : undefined);
  const ask = (question: AskedOfEvent) => (asked.value = question);
  return (
    <div class="page log">
      <Back to={at`projects/${project}/events`}>Events</Back>
      <div class="heading">
        <h1>Event</h1>
        <div class="end">{found && rows && <Actions event={found} rows={rows} onAsk={ask} />}</div>
      </div>
      {failure && <Notice failure={failure} onRetry={poll.refresh} instead={!found} />}
      {!failure && !found && <Bones />}
      {found && (
        <>
          <Facts facts={facts(found)} />
          <div class="with-aside">
            <div class="parts-of-event">
              <Owed event={found} rows={rows} failure={owed.state.value.failure} onRetry={owed.refresh} />
              <Why
                key={eventId}
                event={found}
                onSend={(trigger, matches) => ask({ kind: "send", event: found, trigger, matches })}
              />
            </div>
            <aside>
              <h2>Event data</h2>
              <Json bytes={found.data} label="Event data" />
              {found.cause && <History event={found} />}
            </aside>
          </div>
        </>
      )}
      {asked.value && (
        <EventQuestion asked={asked.value} onDone={owed.refresh} onClose={() => (asked.value = undefined)} />
      )}
    </div>
  );
}

async function owedFor(project: string, eventId: string, signal: AbortSignal): Promise<Delivery[]> {
  const answer = await deliveries.listDeliveries({ project, eventId, attemptsEach: 1 }, { signal });
  return answer.deliveries;
}

interface ActionsProps {
  event: Event;
  rows: readonly Delivery[];
  onAsk: (asked: AskedOfEvent) => void;
}

/** What comes and goes stands first, and the rest where it was. */
function Actions({ event, rows, onAsk }: ActionsProps) {
  const { project, eventId, type, deliveryCount } = event;
  return (
    <>
      {(rows.some(isFinal) || !deliveryCount) && (
        <button type="button" class="primary" onClick={() => onAsk({ kind: "replay", event })}>
          Replay
        </button>
      )}
      {rows.some((each) => !isFinal(each)) && (
        <button type="button" onClick={() => onAsk({ kind: "cancel", event })}>
          Cancel
        </button>
      )}
      <a class="button" href={withQuery(at`projects/${project}/trigger`, { type, like: eventId })}>
        Send again with edits
      </a>
      <CopyAsCurl
        method="GET"
        path={`/v1/projects/${encodeURIComponent(project)}/events/${encodeURIComponent(eventId)}`}
      />
    </>
  );
}

function facts(event: Event): Fact[] {
  const { eventId, type, acceptTime, dueTime, expireTime, options, cloudEvent, traceparent, hop } = event;
  const named = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return [
    ["Event", <Id of={eventId} />],
    ["Event type", <Code>{type}</Code>],
    ["Accepted", <Time of={acceptTime} as="date" />],
    ["Due", isLater(event) && <Time of={dueTime} as="date" />],
    ["No attempt at or after", expireTime && <Time of={expireTime} as="date" />],
    ["Options", !!named.length && <Code>{named.join(", ")}</Code>],
    ["Source", cloudEvent?.source && <Code>{cloudEvent.source}</Code>],
    ["Subject", cloudEvent?.subject && <Code>{cloudEvent.subject}</Code>],
    ["Trace", traceparent && <Id of={traceOf(traceparent)} />],
    ["Answers before it", hop > 0 && <span class="number">{hop}</span>],
  ];
}

function Code({ children }: { children: string }) {
  return (
    <code>
      <Text>{children}</Text>
    </code>
  );
}

/** The id of the trace in a `traceparent` (W3C Trace Context). */
function traceOf(traceparent: string): string {
  return traceparent.split("-")[1] ?? traceparent;
}
