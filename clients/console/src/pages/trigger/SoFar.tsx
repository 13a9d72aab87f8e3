/** What has failed so far, while one waits for the answer of a webhook that is tried again. */
import type { Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { deliveries } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { Outcome } from "../../log/columns";
import { waits } from "../../log/data";
import { at } from "../../router";
import { Time } from "../../ui/Time";

const QUICK = 1000; // ms: most webhooks have answered by then
const MOST = 5; // deliveries

interface SoFarProps {
  project: string;
  id: string;
}

export function SoFar(props: SoFarProps) {
  const slow = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (slow.value = true), QUICK);
    return () => clearTimeout(timer);
  }, []);
  return slow.value ? <Failing {...props} /> : null;
}

function Failing({ project, id }: SoFarProps) {
  const request = { project, eventId: id, pageSize: MOST, attemptsEach: 1 };
  const poll = usePoll((signal) => deliveries.listDeliveries(request, { signal }), {
    every: QUICK,
    about: [project, id],
  });
  const known = poll.state.value.value?.deliveries ?? [];
  return (
    <ul class="so-far" aria-live="off">
      {known
        .filter((each) => each.attempts.at(-1)?.error)
        .map((each) => (
          <li key={each.deliveryId}>
            <Line project={project} delivery={each} />
          </li>
        ))}
    </ul>
  );
}

function Line({ project, delivery }: { project: string; delivery: Delivery }) {
  const { trigger, deliveryId, attemptCount, attempts, dueTime } = delivery;
  return (
    <>
      <strong>{trigger}</strong> failed, attempt {attemptCount}: <Outcome of={attempts.at(-1)!} />
      {waits(delivery) && (
        <>
          , tried again <Time of={dueTime} />
        </>
      )}{" "}
      <a href={at`projects/${project}/deliveries/${deliveryId}`}>Show this delivery</a>
    </>
  );
}
