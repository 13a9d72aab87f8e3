/** A bulk action in words, and how far it is. */
import {
  BulkAction_Action as Action,
  type BulkAction,
  BulkAction_State as State,
} from "@gen/bellrope/v1/deliveries_pb";
import { count, VERBS } from "../../log/bulk";
import { Badge } from "../../ui/Badge";

/** Return what it does: `Replay 1,234 deliveries`. */
export function what({ action, matchedCount }: BulkAction): string {
  const one = matchedCount === 1n;
  const noun = action === Action.REPLAY_EVENTS ? (one ? "event" : "events") : one ? "delivery" : "deliveries";
  return `${VERBS[action]} ${count(matchedCount)} ${noun}`;
}

export function BulkState({ of: { state } }: { of: BulkAction }) {
  if (state === State.RUNNING)
    return (
      <Badge tone="busy" icon="half">
        Running
      </Badge>
    );
  return state === State.SUCCEEDED ? (
    <Badge tone="good" icon="check">
      Complete
    </Badge>
  ) : (
    <Badge tone="calm" icon="slash">
      Stopped
    </Badge>
  );
}

/** A bar of what is done and what was skipped, and both in numbers. */
export function Far({ of: { doneCount, skippedCount, matchedCount, bulkAction } }: { of: BulkAction }) {
  const behind = doneCount + skippedCount;
  const of = `of ${count(matchedCount)}`;
  return (
    <div class="far">
      <progress
        value={Number(behind)}
        max={Number(matchedCount) || 1}
        aria-label={`Progress of ${bulkAction}`}
      />
      <span class="number">
        {count(doneCount)} {of}
        {!!skippedCount && <span class="muted">, {count(skippedCount)} skipped</span>}
      </span>
    </div>
  );
}
