/** The calls that were refused since the start, by their reason. */
import type { Status_RefusedCalls } from "@gen/bellrope/v1/server_pb";
import { Fresh } from "../../ui/Fresh";
import { Table } from "../../ui/Table";
import { whole } from "./words";

export function Refused({ calls }: { calls: readonly Status_RefusedCalls[] }) {
  return (
    <section aria-labelledby="refused" class="bare">
      <h2 id="refused">Refused calls since the start</h2>
      {calls.length ? (
        <Table
          caption="Refused calls"
          columns={[
            { head: "Reason", cell: (each) => <code>{each.reason}</code> },
            { head: "Calls", end: true, cell: (each) => <Fresh>{whole(Number(each.count))}</Fresh> },
          ]}
          rows={calls}
          id={(each) => each.reason}
          empty={null}
        />
      ) : (
        <p class="muted">None: every call was who it should be, and the server could take it.</p>
      )}
    </section>
  );
}
