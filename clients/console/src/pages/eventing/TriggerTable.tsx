/** The table of triggers: those that the filter in the address finds, a hundred at first. */

import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import type { Failure } from "../../api/failure";
import { owed } from "../../log/owed";
import { at } from "../../router";
import { counted } from "../../text/times";
import { plain } from "../../text/visible";
import { Running } from "../../ui/Badge";
import { filter, setFilters } from "../../ui/Filters";
import { LongTable } from "../../ui/LongTable";
import type { Column } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { Actions } from "./Actions";
import type { Asked } from "./Question";

export interface TriggerTableProps {
  project: string;
  /** Undefined until they are known. */
  triggers: readonly Trigger[] | undefined;
  backlogs: readonly Backlog[];
  failure: Failure | undefined;
  onRetry: () => void;
  onAsk: (asked: Asked) => void;
}

export function TriggerTable({ project, triggers, backlogs, failure, onRetry, onAsk }: TriggerTableProps) {
  const wanted = filter("q").toLowerCase();
  const found = triggers?.filter((each) => fits(each, wanted));
  const byName = new Map(backlogs.map((each) => [each.trigger, each]));
  return (
    <LongTable
      caption="Event triggers"
      things="triggers"
      columns={columns(byName, onAsk)}
      rows={found}
      id={(trigger) => trigger.name}
      failure={failure}
      onRetry={onRetry}
      empty={wanted ? <NoneFound /> : <None project={project} />}
    />
  );
}

/** True if a trigger has the wanted text, in small letters. */
export function fits(trigger: Trigger, wanted: string): boolean {
  return (
    !wanted || [trigger.name, trigger.type, trigger.url].some((each) => each.toLowerCase().includes(wanted))
  );
}

function columns(backlogs: ReadonlyMap<string, Backlog>, ask: (question: Asked) => void): Column<Trigger>[] {
  return [
    { head: "Name", width: "24%", cell: (trigger) => <Name trigger={trigger} /> },
    { head: "Source", cell: (trigger) => <Source trigger={trigger} /> },
    {
      head: "State",
      width: "224px",
      cell: (trigger) => (
        <Standing
          project={trigger.project}
          paused={isPaused(trigger, backlogs)}
          backlog={backlogs.get(trigger.name)}
        />
      ),
    },
    {
      head: "Actions",
      width: "304px",
      cell: (trigger) => <Actions trigger={trigger} paused={isPaused(trigger, backlogs)} onAsk={ask} />,
    },
  ];
}

/** The backlogs are asked for more often than the triggers. */
function isPaused(trigger: Trigger, backlogs: ReadonlyMap<string, Backlog>): boolean {
  return backlogs.get(trigger.name)?.paused ?? trigger.paused;
}

interface StandingProps {
  project: string;
  paused: boolean;
  backlog: Backlog | undefined;
}

function Standing({ project, paused, backlog }: StandingProps) {
  const { trigger, dueCount = 0, deadLetteredCount = 0 } = backlog ?? {};
  return (
    <div class="standing number">
      <Running paused={paused} />
      {!!dueCount && (
        <a class="muted" href={owed({ project, trigger, state: "scheduled" })}>
          {counted(dueCount)} due
        </a>
      )}
      {!!deadLetteredCount && (
        <a class="dead" href={owed({ project, trigger, state: "dead_lettered" })}>
          {counted(deadLetteredCount)} dead
        </a>
      )}
    </div>
  );
}

/** Leads to the trigger, as a name does in every list. */
function Name({ trigger: { project, name, description } }: { trigger: Trigger }) {
  return (
    <a class="two name" href={at`projects/${project}/triggers/${name}`}>
      <strong>{name}</strong>
      {description && (
        <span class="muted" title={plain(description)}>
          <Text>{description}</Text>
        </span>
      )}
    </a>
  );
}

function Source({ trigger }: { trigger: Trigger }) {
  return (
    <div class="two">
      <code title={plain(trigger.type)}>
        <Text>{trigger.type}</Text>
      </code>
      <span class="muted" title={plain(trigger.url)}>
        <Text>{trigger.url}</Text>
      </span>
    </div>
  );
}

function None({ project }: { project: string }) {
  return (
    <>
      <h2>No event triggers yet</h2>
      <p>A trigger says which address to call when an event of its type comes.</p>
      <a class="button primary" href={at`projects/${project}/new-trigger`}>
        Add first event trigger
      </a>
    </>
  );
}

function NoneFound() {
  return (
    <>
      <h2>No trigger has this in its name, type or address</h2>
      <button type="button" onClick={() => setFilters({ q: "" })}>
        Show all triggers
      </button>
    </>
  );
}
