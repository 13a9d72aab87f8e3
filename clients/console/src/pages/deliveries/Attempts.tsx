/** The attempts of a delivery as a line through time, the last one first, with the waits between them. */
import type { Attempt, Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { waits } from "../../log/data";
import { date, length } from "../../text/times";
import { Time } from "../../ui/Time";
import { OneAttempt } from "./OneAttempt";
import { milliseconds } from "./parts";

const FEW = 20; // attempts that are shown at first
const KEPT = 1_000; // attempts that the server sends with a delivery

export function Attempts({ delivery }: { delivery: Delivery }) {
  const all = useSignal(false);
  const { attempts, attemptCount } = delivery;
  const newest = attempts.toReversed();
  const shown = all.value ? newest : newest.slice(0, FEW);
  return (
    <section aria-label="Attempts">
      <h2>
        Attempts <span class="muted number">{attemptCount.toLocaleString("en")}</span>
      </h2>
      <ol class="timeline" reversed>
        {waits(delivery) && (
          <li class="ahead">
            Next attempt <Time of={delivery.dueTime} />
          </li>
        )}
        {shown.map((attempt, index) => (
          <li key={attempt.number}>
            <OneAttempt delivery={delivery} attempt={attempt} open={index === 0} />
            {newest[index + 1] && <Wait before={newest[index + 1]!} after={attempt} />}
          </li>
        ))}
      </ol>
      {!attempts.length && !waits(delivery) && <p class="muted">No attempt has ended yet.</p>}
      {newest.length > shown.length && (
        <button type="button" onClick={() => (all.value = true)}>
          Show {(newest.length - shown.length).toLocaleString("en")} earlier attempts
        </button>
      )}
      {attemptCount > KEPT && <p class="muted">The last 1,000 attempts are shown.</p>}
    </section>
  );
}

/** How long nothing happened between two attempts. */
function Wait({ before, after }: { before: Attempt; after: Attempt }) {
  if (!before.startTime || !after.startTime) return null;
  const ended = date(before.startTime).getTime() + milliseconds(before.duration);
  const seconds = (date(after.startTime).getTime() - ended) / 1000;
  if (seconds < 0) return null; // a late attempt overlaps the next one
  return (
    <p class="wait number">waited {seconds < 1 ? `${Math.round(seconds * 1000)} ms` : length(seconds)}</p>
  );
}
