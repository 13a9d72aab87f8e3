/** The triggers of a project: what each listens to, and what one can do with it. */

import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { useSignal } from "@preact/signals";
import { usePoll } from "../../api/poll";
import type { PageProps } from "../../pages";
import { at } from "../../router";
import { Running } from "../../ui/Badge";
import { filter, setFilters } from "../../ui/Filters";
import { type Column, Table } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { useTitle } from "../../ui/title";
import { Actions } from "./Actions";
import { owed } from "./concerns";
import { backlogs, overview } from "./data";
import { Hand } from "./Hand";
import { NoProject } from "./NoProject";
import { type Asked, Question } from "./Question";
import "./eventing.css";

const OFTEN = 2_000; // ms: a change in another tab is seen within two seconds
const SELDOM = 10_000; // ms: the triggers themselves hardly change, and are more to read
const FEW = 100; // rows that are shown at first

export default function Eventing({ params }: PageProps) {
  const project = params.project!;
  const poll = usePoll((signal) => overview(project, signal), { every: SELDOM, about: [project] });
  const owing = usePoll((signal) => backlogs(project, signal), { every: OFTEN, about: [project] });
  const refresh = async () => void (await Promise.all([poll.refresh(), owing.refresh()]));
  const asked = useSignal<Asked | undefined>(undefined);
  const all = useSignal(false);
  useTitle("Eventing", project);
  const { value } = poll.state.value;
  const waiting = owing.state.value.value;
  const failure = poll.state.value.failure ?? owing.state.value.failure;
  const byName = new Map(waiting?.map((each) => [each.trigger, each]));
  const wanted = filter("q").toLowerCase();
  const found = value?.triggers.filter((each) => fits(each, wanted));
  const shown = all.value ? found : found?.slice(0, FEW);
  const ask = (question: Asked) => (asked.value = question);
  if (!value && failure?.reason === "PROJECT_NOT_FOUND")
    return <NoProject project={project} onDone={refresh} />;
  return (
    <div class="page eventing">
      <div class="heading">
        <h1>Eventing</h1>
        <input
          class="find"
          type="search"
          aria-label="Find triggers by name, type or address"
          placeholder="Find by name, type or address"
          value={filter("q")}
          onInput={(event) => setFilters({ q: event.currentTarget.value }, { typing: true })}
        />
        <div class="end">
          <a class="button" href={at`projects/${project}/trigger`}>
            Trigger event
          </a>
          <a class="button primary" href={at`projects/${project}/triggers/new`}>
            Add event trigger
          </a>
        </div>
      </div>
      <Hand
        project={project}
        paused={waiting?.[0]?.projectPaused ?? value?.project?.paused ?? false}
        backlogs={value && waiting}
        stale={!!failure}
        onAsk={ask}
      />
      <Table
        caption="Event triggers"
        columns={columns(byName, ask)}
        rows={shown}
        id={(trigger) => trigger.name}
        failure={failure}
        onRetry={() => void refresh()}
        empty={wanted ? <NoneFound /> : <None project={project} />}
      />
      {found && shown && found.length > shown.length && (
        <button type="button" class="quiet" onClick={() => (all.value = true)}>
          Show all {found.length.toLocaleString("en")} triggers
        </button>
      )}
      {asked.value && (
        <Question asked={asked.value} onDone={refresh} onClose={() => (asked.value = undefined)} />
      )}
    </div>
  );
}

function fits(trigger: Trigger, wanted: string): boolean {
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
        <Standing paused={isPaused(trigger, backlogs)} backlog={backlogs.get(trigger.name)} />
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

function Standing({ paused, backlog }: { paused: boolean; backlog: Backlog | undefined }) {
  const owes = backlog && owed(backlog);
  return (
    <div class="standing">
      <Running paused={paused} />
      {owes && <span class="muted number">{owes}</span>}
    </div>
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

function None({ project }: { project: string }) {
  return (
    <>
      <h2>No event triggers yet</h2>
      <p>A trigger says which address to call when an event of its type comes.</p>
      <a class="button primary" href={at`projects/${project}/triggers/new`}>
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
