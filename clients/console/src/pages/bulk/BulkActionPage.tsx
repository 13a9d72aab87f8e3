/** One bulk action: how far it is, what it left out and why, and the way to stop it. */
import { type BulkAction, BulkAction_State } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { deliveries } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { count, skipped } from "../../log/bulk";
import type { PageProps } from "../../props";
import { at } from "../../router";
import { length } from "../../text/times";
import { Back } from "../../ui/Back";
import { Bones } from "../../ui/Bones";
import { type Fact, Facts } from "../../ui/Facts";
import { Id } from "../../ui/Id";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { BulkState, Far, what } from "./parts";
import { Stop } from "./Stop";
import "../../log/log.css";
import "./bulk.css";

const EVERY = 500; // ms, while it runs

export default function BulkActionPage({ params }: PageProps) {
  const [project, bulkAction] = [params.project!, params.action!];
  const ended = useRef<BulkAction | undefined>(undefined);
  const poll = usePoll(
    async (signal) => {
      if (ended.current?.bulkAction === bulkAction) return ended.current; // it never changes again
      const found = await deliveries.getBulkAction({ project, bulkAction }, { signal });
      if (found.state !== BulkAction_State.RUNNING) ended.current = found;
      return found;
    },
    { every: EVERY, about: [project, bulkAction] },
  );
  const stopping = useSignal(false);
  useTitle("Bulk action", project);
  const { value: found, failure } = poll.state.value;
  return (
    <div class="page log">
      <Back to={at`projects/${project}/bulk`}>Bulk actions</Back>
      <div class="heading">
        <h1>{found ? what(found) : "Bulk action"}</h1>
        {found && <BulkState of={found} />}
        {found?.state === BulkAction_State.RUNNING && (
          <div class="end">
            <button type="button" onClick={() => (stopping.value = true)}>
              Stop
            </button>
          </div>
        )}
      </div>
      {failure && <Notice failure={failure} onRetry={poll.refresh} instead={!found} />}
      {!failure && !found && <Bones />}
      {found && <Progress of={found} />}
      {found && stopping.value && (
        <Stop action={found} onDone={poll.refresh} onClose={() => (stopping.value = false)} />
      )}
    </div>
  );
}

function Progress({ of }: { of: BulkAction }) {
  return (
    <div class="bulk">
      <Far of={of} />
      <p role="status">{said(of)}</p>
      <Facts facts={facts(of)} />
      {!!skipped(of) && <p>{skipped(of)}</p>}
      {!!of.againCount && <p>{count(of.againCount)} the trigger got before: it gets them again.</p>}
    </div>
  );
}

function said({
  state,
  matchedCount,
  doneCount,
  skippedCount,
  maxPerSecond,
  donePerSecond,
}: BulkAction): string {
  if (state === BulkAction_State.SUCCEEDED) return "It is complete.";
  if (state === BulkAction_State.CANCELLED) return "It was stopped. What it had done stays done.";
  const rest = Number(matchedCount - doneCount - skippedCount);
  const left = length(rest / Math.min(donePerSecond || maxPerSecond, maxPerSecond));
  return `About ${left} to go. It goes on if you close this tab.`;
}

function facts(action: BulkAction): Fact[] {
  const { bulkAction, maxPerSecond, donePerSecond, reason, createTime, finishTime } = action;
  return [
    ["Bulk action", <Id of={bulkAction} />],
    ["Reason", reason && <Text>{reason}</Text>],
    ["At most in a second", <span class="number">{maxPerSecond.toLocaleString("en")}</span>],
    ["In a second so far", <span class="number">{Math.round(donePerSecond).toLocaleString("en")}</span>],
    ["Begun", <Time of={createTime} as="date" />],
    ["Ended", finishTime && <Time of={finishTime} as="date" />],
  ];
}
