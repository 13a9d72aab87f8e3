/** The triggers of a project: what needs a hand, what each listens to, and what one can do with it. */
import { useSignal } from "@preact/signals";
import { usePoll } from "../../api/poll";
import type { PageProps } from "../../pages";
import { at } from "../../router";
import { filter, setFilters } from "../../ui/Filters";
import { useTitle } from "../../ui/title";
import { backlogs, overview } from "./data";
import { Hand } from "./Hand";
import { NoProject } from "./NoProject";
import { type Asked, Question } from "./Question";
import { TriggerTable } from "./TriggerTable";
import "./eventing.css";

const OFTEN = 2_000; // ms: a change in another tab is seen within two seconds
const SELDOM = 10_000; // ms: the triggers themselves hardly change, and are more to read

export default function Eventing({ params }: PageProps) {
  const project = params.project!;
  const asked = useSignal<Asked | undefined>(undefined);
  const { about, waiting, failure, refresh } = useProject(project);
  useTitle("Eventing", project);
  if (!about && failure?.reason === "PROJECT_NOT_FOUND")
    return <NoProject project={project} onDone={refresh} />;
  const ask = (question: Asked | undefined) => {
    asked.value = question;
  };
  return (
    <div class="page eventing">
      <Heading project={project} />
      <Hand
        project={project}
        paused={waiting?.[0]?.projectPaused ?? about?.project.paused ?? false}
        backlogs={about && waiting}
        stale={!!failure}
        onAsk={ask}
      />
      <TriggerTable
        project={project}
        triggers={about?.triggers}
        backlogs={waiting ?? []}
        failure={failure}
        onRetry={() => void refresh()}
        onAsk={ask}
      />
      {asked.value && <Question asked={asked.value} onDone={refresh} onClose={() => ask(undefined)} />}
    </div>
  );
}

/** What is known of a project: its triggers, and more often what they have not delivered. */
function useProject(project: string) {
  const slow = usePoll((signal) => overview(project, signal), { every: SELDOM, about: [project] });
  const quick = usePoll((signal) => backlogs(project, signal), { every: OFTEN, about: [project] });
  return {
    about: slow.state.value.value,
    waiting: quick.state.value.value,
    failure: slow.state.value.failure ?? quick.state.value.failure,
    refresh: async () => void (await Promise.all([slow.refresh(), quick.refresh()])),
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
        <a class="button primary" href={at`projects/${project}/triggers/new`}>
          Add event trigger
        </a>
      </div>
    </div>
  );
}
