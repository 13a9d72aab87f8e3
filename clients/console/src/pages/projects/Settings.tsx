/** The settings of a project: whether it sends, how long it keeps what is finished, and its end. */
import type { Project } from "@gen/bellrope/v1/projects_pb";
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { type Reference, reference } from "../../api/reference";
import type { PageProps } from "../../props";
import { Running } from "../../ui/Badge";
import { Notice } from "../../ui/Notice";
import { Section } from "../../ui/Section";
import { Text } from "../../ui/Text";
import { useTitle } from "../../ui/title";
import { type Asked, Question } from "../eventing/Question";
import { Deleting } from "./Deleting";
import { Retention } from "./Retention";
import "./projects.css";

const EVERY = 2_000; // ms: a pause in another tab is seen within two seconds

export default function Settings({ params }: PageProps) {
  const project = params.project!;
  const poll = usePoll((signal) => projects.getProject({ project }, { signal }), {
    every: EVERY,
    about: [project],
  });
  const help = usePoll(reference, { every: 0, about: [] });
  const said = help.state.value.value;
  const { value } = poll.state.value;
  const failure = poll.state.value.failure ?? help.state.value.failure;
  const again = () => void Promise.all([poll.refresh(), said ?? help.refresh()]);
  useTitle("Settings", project);
  return (
    <div class="page settings">
      <div class="heading">
        <h1>
          Settings of <Text>{project}</Text>
        </h1>
      </div>
      {failure && <Notice failure={failure} onRetry={again} instead={!value} />}
      {!failure && !(value && said) && <span class="bone" />}
      {value && said && <Parts project={value} said={said} onDone={poll.refresh} />}
    </div>
  );
}

function Parts({
  project,
  said,
  onDone,
}: {
  project: Project;
  said: Reference;
  onDone: () => Promise<void>;
}) {
  const asked = useSignal<Asked | undefined>(undefined);
  const deleting = useSignal(false);
  const { name, paused } = project;
  return (
    <div class="parts">
      <Section title="Sending" about="While it is paused, events are accepted and wait.">
        <div class="wide state-of-it">
          <Running paused={paused} />
          <button
            type="button"
            onClick={() =>
              (asked.value = { kind: paused ? "resume project" : "pause project", project: name })
            }
          >
            {paused ? "Resume project" : "Pause project"}
          </button>
        </div>
      </Section>
      <Section
        title="Retention"
        about="How long what is finished is kept: 7d, 36h, 90min, 30s or forever. Empty: as long as the server keeps it."
      >
        <Retention key={name} project={project} said={said} onSaved={onDone} />
      </Section>
      <Section
        title="Delete"
        about="Deletes the project with its triggers. Its events can no longer be read."
      >
        <div class="wide">
          <button type="button" onClick={() => (deleting.value = true)}>
            Delete project
          </button>
        </div>
      </Section>
      {asked.value && (
        <Question asked={asked.value} onDone={onDone} onClose={() => (asked.value = undefined)} />
      )}
      {deleting.value && <Deleting project={name} onClose={() => (deleting.value = false)} />}
    </div>
  );
}
