/** Asks before a bulk action is stopped. */
import type { BulkAction } from "@gen/bellrope/v1/deliveries_pb";
import { deliveries } from "../../api/clients";
import { count } from "../../log/bulk";
import { Confirm } from "../../ui/Confirm";

export function Stop({
  action: { project, bulkAction, doneCount },
  onDone,
  onClose,
}: {
  action: BulkAction;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const confirm = async () => {
    await deliveries.cancelBulkAction({ project, bulkAction });
    await onDone();
  };
  return (
    <Confirm title="Stop this bulk action?" action="Stop it" danger onConfirm={confirm} onClose={onClose}>
      <p>What it has done stays done: {count(doneCount)} so far. It cannot go on later.</p>
    </Confirm>
  );
}
