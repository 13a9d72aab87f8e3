/** A bulk action in words, and how far it is. */
import {
  BulkAction_Action as Action,
  type BulkAction,
  BulkAction_State as State,
} from "@gen/bellrope/v1/deliveries_pb";
import { count, VERBS } from "../../log/bulk";
import { Badge } from "../../ui/Badge";
import { Progress } from "../../ui/Progress";

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

export function Far({ of: { doneCount, skippedCount, matchedCount, bulkAction } }: { of: BulkAction }) {
  return (
    <Progress
      label={`Progress of ${bulkAction}`}
      of={Number(matchedCount)}
      done={Number(doneCount)}
      skipped={Number(skippedCount)}
    />
  );
}
