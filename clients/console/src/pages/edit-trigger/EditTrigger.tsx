/** The page that creates a trigger, or changes one. */
import { triggers } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { reference } from "../../api/reference";
import type { PageProps } from "../../props";
import { Back } from "../../ui/Back";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { useTitle } from "../../ui/title";
import { formOf } from "./form";
import { useOrigin } from "./origin";
import { TriggerForm } from "./TriggerForm";
import "./edit-trigger.css";

export default function EditTrigger({ params }: PageProps) {
  const { project, name } = params as { project: string; name?: string };
  const title = name ? `Edit ${name}` : "Add event trigger";
  const poll = usePoll((signal) => load(project, name, signal), { every: 0, about: [project, name] });
  const { value, failure } = poll.state.value;
  const origin = useOrigin(project);
  useTitle(title, project);
  return (
    <div class="page edit-trigger">
      <Back to={origin.to}>{origin.name}</Back>
      <div class="heading">
        <h1>
          <Text>{title}</Text>
        </h1>
      </div>
      {failure && !value && <Notice failure={failure} onRetry={() => void poll.refresh()} instead />}
      {!failure && !value && <Skeleton />}
      {value && (
        <TriggerForm
          key={name}
          project={project}
          saved={value.saved && formOf(value.saved)}
          reference={value.said}
          origin={origin.to}
        />
      )}
    </div>
  );
}

async function load(project: string, name: string | undefined, signal: AbortSignal) {
  const [said, saved] = await Promise.all([
    reference(),
    name ? triggers.getTrigger({ project, trigger: name }, { signal }) : undefined,
  ]);
  return { said, saved };
}

function Skeleton() {
  return (
    <div class="waiting" aria-busy="true">
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} class="bone" />
      ))}
    </div>
  );
}
