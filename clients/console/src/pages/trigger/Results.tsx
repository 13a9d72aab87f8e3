/** What each webhook answered to a synchronous event; the answer that counts comes first. */
import { Attempt_Error, Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import type { TriggerSyncResponse, TriggerSyncResponse_Result } from "@gen/bellrope/v1/eventing_pb";
import { at } from "../../router";
import { took } from "../../text/times";
import { State } from "../../ui/Badge";
import { Json } from "../../ui/Json";

export function Results({ answer, project }: { answer: TriggerSyncResponse; project: string }) {
  const results = answer.results.toSorted((a, b) => weight(a) - weight(b)); // by name otherwise, as they come
  return (
    <ul class="results">
      {results.map((result, index) => (
        <li key={result.deliveryId}>
          <details open={index === 0 || results.length < 3}>
            <Summary result={result} />
            <Body result={result} answer={answer} />
            <a href={at`projects/${project}/deliveries/${result.deliveryId}`}>Show this delivery</a>
          </details>
        </li>
      ))}
    </ul>
  );
}

function weight({ state, lastAttempt }: TriggerSyncResponse_Result): number {
  if (state === Delivery_State.SUCCEEDED) return 0;
  return lastAttempt ? 1 : 2;
}

function Summary({ result }: { result: TriggerSyncResponse_Result }) {
  const { lastAttempt: attempt, attemptCount } = result;
  return (
    <summary>
      <strong>{result.trigger}</strong>
      <State of={result.state} />
      {attempt && <span class="number">{attempt.statusCode || "no status"}</span>}
      {attempt?.error ? <code>{Attempt_Error[attempt.error]}</code> : null}
      {attempt?.duration && <span class="number muted">{took(attempt.duration)}</span>}
      <span class="number muted">{attemptCount === 1 ? "1 attempt" : `${attemptCount} attempts`}</span>
    </summary>
  );
}

function Body({ result, answer }: { result: TriggerSyncResponse_Result; answer: TriggerSyncResponse }) {
  const { lastAttempt: attempt } = result;
  if (!attempt) return <p class="muted">No attempt was made yet.</p>;
  const whole = !attempt.brief && !attempt.truncated;
  const bytes = whole || answer.results.length > 1 ? attempt.responseBody : answer.result;
  return (
    <Json
      bytes={bytes}
      label={`Response of ${result.trigger}`}
      empty={attempt.statusCode ? "The webhook answered with an empty body." : "The webhook did not answer."}
      note={attempt.truncated ? "only the beginning" : undefined}
    />
  );
}
