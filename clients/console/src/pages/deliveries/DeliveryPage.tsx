/** One delivery with everything: its attempts, what each sent and got back, and the data of its event. */
import type { Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { type Poll, usePoll } from "../../api/poll";
import { event, isFinal, one, waits } from "../../log/data";
import { type Asked, Question } from "../../log/Question";
import type { PageProps } from "../../props";
import { at } from "../../router";
import { Back } from "../../ui/Back";
import { State } from "../../ui/Badge";
import { Bones } from "../../ui/Bones";
import { CopyAsCurl } from "../../ui/CopyAsCurl";
import { type Fact, Facts } from "../../ui/Facts";
import { Id } from "../../ui/Id";
import { Json } from "../../ui/Json";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { Attempts } from "./Attempts";
import "../../log/log.css";
import "./delivery.css";

const SOON = 1_000; // ms between questions
const SELDOM = 10_000; // ms, while it is final: it may be replayed elsewhere

export default function DeliveryPage({ params }: PageProps) {
  const [project, deliveryId] = [params.project!, params.delivery!];
  const poll = useDelivery(project, deliveryId);
  const asked = useSignal<Asked | undefined>(undefined);
  useTitle("Delivery", deliveryId, project);
  const { value: found, failure } = poll.state.value;
  return (
    <div class="page log">
      <Back to={at`projects/${project}/deliveries`}>Deliveries</Back>
      <div class="heading">
        <h1>Delivery</h1>
        {found && <State of={found.state} />}
        <div class="end">
          {found && <Actions delivery={found} onAsk={(question) => (asked.value = question)} />}
        </div>
      </div>
      {failure && <Notice failure={failure} onRetry={poll.refresh} instead={!found} />}
      {!failure && !found && <Bones />}
      {found && (
        <>
          <Facts facts={facts(found)} />
          <div class="with-aside">
            <Attempts key={deliveryId} delivery={found} />
            <EventData project={project} eventId={found.eventId} />
          </div>
        </>
      )}
      {asked.value && (
        <Question asked={asked.value} onDone={poll.refresh} onClose={() => (asked.value = undefined)} />
      )}
    </div>
  );
}

/** The delivery as it is: asked for every second while it changes. */
function useDelivery(project: string, deliveryId: string): Poll<Delivery> {
  const last = useRef<{ found: Delivery; until: number } | undefined>(undefined);
  const poll = usePoll(
    async (signal) => {
      const known = last.current;
      if (known?.found.deliveryId === deliveryId && Date.now() < known.until) return known.found;
      const found = await one({ project, deliveryId }, signal);
      last.current = { found, until: isFinal(found) ? Date.now() + SELDOM : 0 };
      return found;
    },
    { every: SOON, about: [project, deliveryId] },
  );
  const refresh = () => {
    last.current = undefined;
    return poll.refresh();
  };
  return { state: poll.state, refresh };
}

function Actions({ delivery, onAsk }: { delivery: Delivery; onAsk: (asked: Asked) => void }) {
  const { project, deliveryId } = delivery;
  return (
    <>
      {waits(delivery) && (
        <button type="button" onClick={() => onAsk({ kind: "reschedule", delivery })}>
          Reschedule
        </button>
      )}
      {isFinal(delivery) ? (
        <button type="button" class="primary" onClick={() => onAsk({ kind: "replay", delivery })}>
          Replay
        </button>
      ) : (
        <button type="button" onClick={() => onAsk({ kind: "cancel", delivery })}>
          Cancel
        </button>
      )}
      <CopyAsCurl
        method="GET"
        path={`/v1/projects/${encodeURIComponent(project)}/deliveries/${encodeURIComponent(deliveryId)}`}
      />
    </>
  );
}

const REASONS: Record<string, string> = {
  retries_exhausted: "All its retries failed.",
  refused: "The answer, or the trigger, asked for no retry.",
  poison: "Five leases in a row ended without an outcome.",
  loop: "Its event is the 17th in a row that an answer queued. A replay calls the webhook.",
  cancel_asked: "It was cancelled.",
};

function facts(delivery: Delivery): Fact[] {
  const { project, deliveryId, eventId, type, trigger, reason } = delivery;
  const due = waits(delivery) ? "Next attempt" : "Last due";
  return [
    ["Delivery", <Id of={deliveryId} />],
    ["Event", <Id of={eventId} href={at`projects/${project}/events/${eventId}`} />],
    [
      "Event type",
      <code>
        <Text>{type}</Text>
      </code>,
    ],
    ["Trigger", <a href={at`projects/${project}/triggers/${trigger}`}>{trigger}</a>],
    ["Accepted", <Time of={delivery.createTime} as="date" />],
    [due, <Time of={delivery.dueTime} as={waits(delivery) ? "relative" : "date"} />],
    ["Finished", delivery.finishTime && <Time of={delivery.finishTime} as="date" />],
    ["Why", reason && (REASONS[reason] ?? <Text>{reason}</Text>)],
  ];
}

function EventData({ project, eventId }: { project: string; eventId: string }) {
  const poll = usePoll((signal) => event(project, eventId, signal), { every: 0, about: [project, eventId] });
  const { value: found, failure } = poll.state.value;
  return (
    <aside>
      <h2>Event data</h2>
      {failure && <Notice failure={failure} onRetry={poll.refresh} />}
      {found && <Json bytes={found.data} label="Event data" />}
    </aside>
  );
}
