/** Where an event comes from, if a webhook's answer or a dead letter queued it: one step back at a time. */
import type { Delivery, Event } from "@gen/bellrope/v1/deliveries_pb";
import { usePoll } from "../../api/poll";
import { event as getEvent, one } from "../../log/data";
import { at } from "../../router";
import { State } from "../../ui/Badge";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";

const MOST = 20; // steps: the server ends a chain after 17

interface Step {
  event: Event;
  /** The delivery of this event whose answer, or end, queued the next one. */
  delivery: Delivery;
}

/** Return the steps that led to an event, the caller's own event first. */
async function stepsTo({ project, cause }: Event, signal: AbortSignal): Promise<Step[]> {
  const steps: Step[] = [];
  let deliveryId = cause;
  while (deliveryId && steps.length < MOST) {
    const delivery = await one({ project, deliveryId }, signal);
    const event = await getEvent(project, delivery.eventId, signal);
    steps.unshift({ event, delivery });
    deliveryId = event.cause;
  }
  return steps;
}

export function History({ event }: { event: Event }) {
  const { project, eventId, type } = event;
  const poll = usePoll((signal) => stepsTo(event, signal), { every: 0, about: [project, eventId] });
  const { value: steps, failure } = poll.state.value;
  return (
    <section>
      <h2>Chain of causes</h2>
      {failure && <Notice failure={failure} onRetry={poll.refresh} />}
      {steps && (
        <ol class="chain">
          {steps.map(({ event: before, delivery }) => (
            <li key={before.eventId}>
              <a href={at`projects/${project}/events/${before.eventId}`}>
                <Text>{before.type}</Text>
              </a>
              <Time of={before.acceptTime} as="date" />
              <p>
                went to{" "}
                <a href={at`projects/${project}/deliveries/${delivery.deliveryId}`}>{delivery.trigger}</a>
                <State of={delivery.state} />
              </p>
            </li>
          ))}
          <li>
            <strong>
              <Text>{type}</Text>
            </strong>
            <Time of={event.acceptTime} as="date" />
            <p class="muted">This event</p>
          </li>
        </ol>
      )}
    </section>
  );
}
