/** What one can do with a delivery in a list: replay it, or cancel or reschedule it while it waits. */
import type { Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { isFinal, waits } from "./data";
import type { Asked } from "./Question";

export function RowActions({ delivery, onAsk }: { delivery: Delivery; onAsk: (asked: Asked) => void }) {
  const action = (kind: Asked["kind"], verb: string) => (
    <button
      type="button"
      class="quiet"
      aria-label={`${verb} ${delivery.deliveryId}`}
      onClick={() => onAsk({ kind, delivery })}
    >
      {verb}
    </button>
  );
  return (
    <div class="row-actions">
      {isFinal(delivery) && action("replay", "Replay")}
      {!isFinal(delivery) && action("cancel", "Cancel")}
      {waits(delivery) && action("reschedule", "Reschedule")}
    </div>
  );
}
