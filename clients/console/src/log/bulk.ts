/** Bulk actions in words. */
import { BulkAction_Action as Action, type BulkAction, Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import { STATE_WORDS } from "../ui/Badge";

export const VERBS: Record<Action, string> = {
  [Action.ACTION_UNSPECIFIED]: "Act on",
  [Action.CANCEL]: "Cancel",
  [Action.RESCHEDULE]: "Reschedule",
  [Action.REPLAY]: "Replay",
  [Action.REPLAY_EVENTS]: "Send",
};

const NOUNS: Partial<Record<Delivery_State, readonly [string, string]>> = {
  [Delivery_State.DEAD_LETTERED]: ["dead letter", "dead letters"],
};

/** Return a number as people write it. */
export function count(number: bigint | number): string {
  return number.toLocaleString("en");
}

/** Return `1 dead letter`, `1,234 scheduled deliveries` or `3 events`. */
export function counted(number: bigint, action: Action, state: Delivery_State): string {
  const one = number === 1n;
  if (action === Action.REPLAY_EVENTS) return `${count(number)} ${one ? "event" : "events"}`;
  const usual = action === Action.REPLAY ? Delivery_State.DEAD_LETTERED : Delivery_State.SCHEDULED;
  const noun = NOUNS[state || usual];
  if (noun) return `${count(number)} ${noun[one ? 0 : 1]}`;
  return `${count(number)} ${STATE_WORDS[state || usual].toLowerCase()} ${one ? "delivery" : "deliveries"}`;
}

/** Return why some were or will be left out, as a sentence; empty if none. */
export function skipped({ action, skippedCount, unmatchedCount }: BulkAction, will = false): string {
  if (!skippedCount) return "";
  const verb = will ? "will be skipped" : skippedCount === 1n ? "was skipped" : "were skipped";
  if (action !== Action.REPLAY_EVENTS)
    return `${count(skippedCount)} ${verb}: their trigger was deleted. Replay them to another one.`;
  const others = skippedCount - unmatchedCount;
  const why = [
    unmatchedCount && `the trigger does not match ${count(unmatchedCount)}`,
    others && `${count(others)} it still has unfinished, or they were removed`,
  ].filter(Boolean);
  return `${count(skippedCount)} ${verb}: ${why.join("; ")}.`;
}
