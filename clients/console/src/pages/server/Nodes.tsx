/** The server processes that use the database. */
import type { Status_Node } from "@gen/bellrope/v1/server_pb";
import { Table } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";

export function Nodes({ nodes }: { nodes: readonly Status_Node[] }) {
  return (
    <section aria-labelledby="nodes" class="bare">
      <h2 id="nodes">Nodes</h2>
      <Table
        caption="Nodes"
        columns={[
          { head: "Name", cell: (node) => <Name node={node} /> },
          { head: "Version", cell: (node) => <code>{node.version || "unknown"}</code> },
          { head: "Seen", width: "160px", cell: (node) => <Time of={node.seenTime} /> },
        ]}
        rows={nodes}
        id={(node) => node.name}
        empty={<p>The database does not say which nodes there are.</p>}
      />
    </section>
  );
}

function Name({ node }: { node: Status_Node }) {
  return (
    <span>
      <code>
        <Text>{node.name || "unknown"}</Text>
      </code>
      {node.thisNode && <span class="muted"> this one answers</span>}
    </span>
  );
}
