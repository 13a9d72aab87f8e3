/** What can be done to all deliveries that the filters find: it depends on the state that they ask for. */
import { BulkAction_Action, Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { BulkQuestion } from "./BulkQuestion";
import type { Wanted } from "./wanted";

const ACTIONS = [
  [BulkAction_Action.REPLAY, "Replay all"],
  [BulkAction_Action.RESCHEDULE, "Reschedule all"],
  [BulkAction_Action.CANCEL, "Cancel all"],
] as const;

export function BulkButtons({ project, wanted }: { project: string; wanted: () => Wanted }) {
  const asked = useSignal<{ action: BulkAction_Action; filter: Wanted } | undefined>(undefined);
  const state = wanted().state ?? Delivery_State.STATE_UNSPECIFIED;
  return (
    <>
      {ACTIONS.filter(([action]) => applies(action, state)).map(([action, words]) => (
        <button key={action} type="button" onClick={() => (asked.value = { action, filter: wanted() })}>
          {words}…
        </button>
      ))}
      {asked.value && (
        <BulkQuestion project={project} {...asked.value} onClose={() => (asked.value = undefined)} />
      )}
    </>
  );
}

/** Return whether an action has an effect on a state; without one it takes those that it is for. */
function applies(action: BulkAction_Action, state: Delivery_State): boolean {
  if (!state) return true;
  if (action === BulkAction_Action.REPLAY) return state > Delivery_State.DELIVERING;
  if (action === BulkAction_Action.CANCEL) return state <= Delivery_State.DELIVERING;
  return state === Delivery_State.SCHEDULED;
}
