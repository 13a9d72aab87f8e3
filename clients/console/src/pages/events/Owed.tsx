/** What became of an event: its delivery to each trigger. */
import type { Delivery, Event } from "@gen/bellrope/v1/deliveries_pb";
import type { Failure } from "../../api/failure";
import { ATTEMPTS, NEXT, OUTCOME, STATE, TRIGGER } from "../../log/columns";
import { at } from "../../router";
import { Table } from "../../ui/Table";

const COLUMNS = [{ ...TRIGGER, width: "22%" }, STATE, OUTCOME, ATTEMPTS, NEXT];
const MOST = 10; // rows of the skeleton

export function Owed({
  event: { project, deliveryCount },
  rows,
  failure,
  onRetry,
}: {
  event: Event;
  /** Undefined until they are known. */
  rows: readonly Delivery[] | undefined;
  failure: Failure | undefined;
  onRetry: () => Promise<void>;
}) {
  return (
    <section>
      <h2>Deliveries</h2>
      <Table
        caption="Deliveries of this event"
        columns={COLUMNS}
        rows={rows}
        id={(delivery) => delivery.deliveryId}
        href={(delivery) => at`projects/${project}/deliveries/${delivery.deliveryId}`}
        failure={failure}
        onRetry={() => void onRetry()}
        expected={Math.min(deliveryCount, MOST)}
        empty={
          <>
            <h2>No trigger matched it</h2>
            <p>Nothing was called. Below you see why. A replay matches it again.</p>
          </>
        }
      />
    </section>
  );
}
