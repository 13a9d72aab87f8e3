/** The triggers of a project: what needs a hand, what each listens to and owes, and what one can do with it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now } from "../../api/clock";
import { usePoll } from "../../api/poll";
import type { PageProps } from "../../props";
import { at } from "../../router";
import { filter, setFilters } from "../../ui/Filters";
import { useTitle } from "../../ui/title";
import { concerns } from "./concerns";
import { differs, everyTrigger, owing } from "./data";
import { Hand } from "./Hand";
import { NoProject } from "./NoProject";
import { OwedTable } from "./OwedTable";
import { type Asked, Question } from "./Question";
import { TriggerTable } from "./TriggerTable";
import { Views } from "./Views";
import "./eventing.css";

const OFTEN = 2_000; // ms: a pause in another tab is seen within two seconds
const SELDOM = 10_000; // ms: the triggers themselves hardly change, and are more to read

export default function Eventing({ params }: PageProps) {
  const project = params.project!;
  const asked = useSignal<Asked | undefined>(undefined);
  const { triggers, owes, failure, refresh } = useProject(project);
  useTitle("Eventing", project);
  if (failure?.gone) return <NoProject project={project} onDone={refresh} />;
  const backlogs = owes?.backlogs ?? [];
  const ask = (question: Asked | undefined) => {
    asked.value = question;
  };
  const looks = { project, triggers, failure, onRetry: () => void refresh() };
  return (
    <div class="page eventing">
      <Heading project={project} />
      <Hand
        project={project}
        paused={owes?.paused ?? false}
        backlogs={triggers && owes?.backlogs}
        failure={failure}
        onAsk={ask}
      />
      <Views project={project} troubled={concerns(backlogs, now.value).length} />
      {filter("view") === "owed" ? (
        <OwedTable {...looks} backlogs={owes?.backlogs} />
      ) : (
        <TriggerTable {...looks} backlogs={backlogs} onAsk={ask} />
      )}
      {asked.value && <Question asked={asked.value} onDone={refresh} onClose={() => ask(undefined)} />}
    </div>
  );
}

/** What a project owes, every two seconds; its triggers less often, and at once when one comes or goes. */
function useProject(project: string) {
  const quick = usePoll((signal) => owing(project, signal), { every: OFTEN, about: [project] });
  const slow = usePoll((signal) => everyTrigger(project, signal), { every: SELDOM, about: [project] });
  const owes = quick.state.value.value;
  const triggers = slow.state.value.value;
  useEffect(() => {
    if (owes && triggers && differs(triggers, owes)) void slow.refresh();
  }, [owes]);
  return {
    owes,
    triggers,
    failure: slow.state.value.failure ?? quick.state.value.failure,
    refresh: async () => void (await Promise.all([quick.refresh(), slow.refresh()])),
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
