/** Asks for a project's name before the project is deleted, and says what goes with it. */
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { useDoing } from "../../api/doing";
import { usePoll } from "../../api/poll";
import { go, guard, root } from "../../router";
import { counted } from "../../text/times";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Notice } from "../../ui/Notice";
import { toast } from "../../ui/Toast";
import { owing } from "../eventing/data";

export function Deleting({ project, onClose }: { project: string; onClose: () => void }) {
  const typed = useSignal("");
  const { busy, failed, run } = useDoing();
  const poll = usePoll((signal) => owing(project, signal), { every: 2_000, about: [project] });
  const { value: waits, failure } = poll.state.value;
  const ready = typed.value === project;
  const remove = () =>
    run(async () => {
      await projects.deleteProject({ project });
      guard(undefined);
      await go(`${root}projects`);
      toast(`${project} is deleted.`);
    });
  const triggers = waits?.backlogs.length ?? 0;
  const scheduled = waits?.backlogs.reduce((sum, each) => sum + each.scheduledCount, 0) ?? 0;
  return (
    <Dialog
      title={`Delete the project ${project}?`}
      onClose={onClose}
      onSubmit={() => ready && void remove()}
      failure={failed}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary danger" aria-disabled={busy || !ready}>
            Delete project
          </button>
        </>
      }
    >
      {failure && !waits && <Notice failure={failure} />}
      <p class="consequence">
        {waits &&
          `${many(triggers, "trigger")} and ${many(scheduled, "waiting delivery")} go with it. Its events can no longer be read. This cannot be undone.`}
      </p>
      <Field label={`Type ${project} to delete it`}>
        {(control) => (
          <input
            {...control}
            class="mono"
            data-first
            autocomplete="off"
            spellcheck={false}
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

function many(number: number, thing: string): string {
  return `${counted(number)} ${number === 1 ? thing : thing.replace(/y$/, "ie").concat("s")}`;
}
