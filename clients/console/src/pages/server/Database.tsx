/** Where everything is kept, and how much room there is. */
import { type Status_Database, Status_Database_Kind } from "@gen/bellrope/v1/server_pb";
import { sizeOf } from "../../text/bytes";
import { Facts } from "../../ui/Facts";

const KINDS: Record<Status_Database_Kind, string> = {
  [Status_Database_Kind.KIND_UNSPECIFIED]: "",
  [Status_Database_Kind.SQLITE]: "SQLite",
  [Status_Database_Kind.POSTGRESQL]: "PostgreSQL",
};

export function Database({ database }: { database: Status_Database | undefined }) {
  if (!database) return null;
  const { kind, schemaVersion, sizeBytes, walBytes, diskFreeBytes, diskReservedBytes } = database;
  const local = kind === Status_Database_Kind.SQLITE;
  return (
    <section aria-labelledby="database">
      <h2 id="database">Database</h2>
      {!schemaVersion && <p class="muted">The database does not answer, so not all is known.</p>}
      <Facts
        facts={[
          ["Kind", KINDS[kind]],
          ["Newest migration", schemaVersion && <code>{schemaVersion}</code>],
          ["Size", sizeBytes ? <Size of={sizeBytes} /> : ""],
          ["Write-ahead log", local && <Size of={walBytes} />],
          ["Free on the disk", local && <Size of={diskFreeBytes} />],
          ["Kept free", local && (diskReservedBytes ? <Size of={diskReservedBytes} /> : "nothing")],
        ]}
      />
    </section>
  );
}

function Size({ of }: { of: bigint }) {
  return <span class="number">{sizeOf(Number(of))}</span>;
}
