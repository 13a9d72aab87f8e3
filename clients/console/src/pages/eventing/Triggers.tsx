/** The table of triggers: name, source, state, and what one can do with each. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import type { ComponentChildren } from "preact";
import type { Failure } from "../../api/failure";
import { Running } from "../../ui/Badge";
import { type Column, Table } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { Actions } from "./Actions";
import { owed } from "./concerns";
import type { Asked } from "./Question";

export interface TriggersProps {
  rows: readonly Trigger[] | undefined;
  /** By the trigger's name. */
  backlogs: ReadonlyMap<string, Backlog>;
  failure: Failure | undefined;
  onRetry: () => void;
  onAsk: (asked: Asked) => void;
  empty: ComponentChildren;
}

export function Triggers({ rows, backlogs, failure, onRetry, onAsk, empty }: TriggersProps) {
  const columns: Column<Trigger>[] = [
    { head: "Name", width: "24%", cell: (trigger) => <Name trigger={trigger} /> },
    { head: "Source", cell: (trigger) => <Source trigger={trigger} /> },
    {
      head: "State",
      width: "224px",
      cell: (trigger) => <Standing paused={trigger.paused} owes={backlogs.get(trigger.name)} />,
    },
    {
      head: "Actions",
      width: "304px",
      cell: (trigger) => <Actions trigger={trigger} paused={trigger.paused} onAsk={onAsk} />,
    },
  ];
  return (
    <Table
      caption="Event triggers"
      columns={columns}
      rows={rows}
      id={(trigger) => trigger.name}
      failure={failure}
      onRetry={onRetry}
      empty={empty}
    />
  );
}

function Name({ trigger }: { trigger: Trigger }) {
  return (
    <div class="two">
      <strong>{trigger.name}</strong>
      {trigger.description && (
        <span class="muted" title={trigger.description}>
          <Text>{trigger.description}</Text>
        </span>
      )}
    </div>
  );
}

function Source({ trigger }: { trigger: Trigger }) {
  return (
    <div class="two">
      <code title={trigger.type}>
        <Text>{trigger.type}</Text>
      </code>
      <span class="muted" title={trigger.url}>
        <Text>{trigger.url}</Text>
      </span>
    </div>
  );
}

function Standing({ paused, owes }: { paused: boolean; owes: Backlog | undefined }) {
  const what = owes && owed(owes);
  return (
    <div class="standing">
      <Running paused={paused} />
      {what && <span class="muted number">{what}</span>}
    </div>
  );
}
