/** The triggers of a project: what each listens to, what it owes, and what one can do with it. */

import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { usePoll } from "../../api/poll";
import type { PageProps } from "../../pages";
import { at } from "../../router";
import { filter, setFilters } from "../../ui/Filters";
import { now } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { concerns } from "./concerns";
import { differs, everyTrigger, owing } from "./data";
import { Hand } from "./Hand";
import { NoProject } from "./NoProject";
import { OwedTable } from "./OwedTable";
import { type Asked, Question } from "./Question";
import { Triggers } from "./Triggers";
import { Views } from "./Views";
import "./eventing.css";

const EVERY = 2_000; // ms: a pause in another tab is seen within two seconds
const SETTINGS = 20_000; // ms: what is asked for sooner if a trigger comes or goes
const FEW = 100; // rows that are shown at first

export default function Eventing({ params }: PageProps) {
  const project = params.project!;
  const asked = useSignal<Asked | undefined>(undefined);
  const all = useSignal(false);
  const { owes, list, failure, refresh } = useTriggers(project);
  useTitle("Eventing", project);
  const wanted = filter("q").toLowerCase();
  const found = list?.filter((each) => fits(each, wanted));
  const names = new Set(found?.map((each) => each.name));
  const backlogs = owes?.backlogs ?? [];
  const view = {
    failure,
    onRetry: () => void refresh(),
  };
  const shown = <Row,>(rows: readonly Row[]) => (all.value ? rows : rows.slice(0, FEW));
  const ask = (question: Asked) => (asked.value = question);
  if (!list && failure?.reason === "PROJECT_NOT_FOUND")
    return <NoProject project={project} onDone={refresh} />;
  return (
    <div class="page eventing">
      <Heading project={project} />
      <Hand
        project={project}
        paused={owes?.paused ?? false}
        backlogs={list && owes?.backlogs}
        stale={!!failure}
        onAsk={ask}
      />
      <Views project={project} troubled={concerns(backlogs, now.value).length} />
      {filter("view") === "owed" ? (
        <OwedTable
          {...view}
          project={project}
          rows={owes && found && shown(backlogs.filter((each) => names.has(each.trigger)))}
        />
      ) : (
        <Triggers
          {...view}
          rows={found && shown(found)}
          backlogs={new Map(backlogs.map((each) => [each.trigger, each]))}
          onAsk={ask}
          empty={wanted ? <NoneFound /> : <None project={project} />}
        />
      )}
      {found && !all.value && found.length > FEW && (
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

/** What is owed, every two seconds; the triggers' settings less often, and at once when one comes or goes. */
function useTriggers(project: string) {
  const waiting = usePoll((signal) => owing(project, signal), { every: EVERY, about: [project] });
  const settings = usePoll((signal) => everyTrigger(project, signal), { every: SETTINGS, about: [project] });
  const owes = waiting.state.value.value;
  const list = settings.state.value.value;
  useEffect(() => {
    if (owes && list && differs(list, owes)) void settings.refresh();
  }, [owes]);
  const paused = new Map(owes?.backlogs.map((each) => [each.trigger, each.paused]));
  return {
    owes,
    list: list?.map((each) => ({ ...each, paused: paused.get(each.name) ?? each.paused })),
    failure: settings.state.value.failure ?? waiting.state.value.failure,
    refresh: async () => {
      await Promise.all([waiting.refresh(), settings.refresh()]);
    },
  };
}

function Heading({ project }: { project: string }) {
  return (
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
        <a class="button primary" href={at`projects/${project}/new-trigger`}>
          Add event trigger
        </a>
      </div>
    </div>
  );
}

function fits(trigger: Trigger, wanted: string): boolean {
  return (
    !wanted || [trigger.name, trigger.type, trigger.url].some((each) => each.toLowerCase().includes(wanted))
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
