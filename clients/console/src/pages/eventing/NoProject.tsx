/** Said instead of the triggers of a project that does not exist: it can be created. */
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { type Failure, failure } from "../../api/failure";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";

export function NoProject({ project, onDone }: { project: string; onDone: () => Promise<void> }) {
  const failed = useSignal<Failure | undefined>(undefined);
  const create = async () => {
    try {
      await projects.createProject({ project: { name: project } });
      await onDone();
    } catch (error) {
      failed.value = failure(error);
    }
  };
  return (
    <div class="page">
      <div class="heading">
        <h1>Eventing</h1>
      </div>
      <div class="empty">
        <h2>
          There is no project <Text>{project}</Text>
        </h2>
        <p>Choose another one above, or create it. Triggers and events belong to a project.</p>
        <button type="button" class="primary" onClick={create}>
          Create the project <Text>{project}</Text>
        </button>
        {failed.value && <Notice failure={failed.value} />}
      </div>
    </div>
  );
}
