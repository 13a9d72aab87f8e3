/** How long a project keeps what is finished; only the lengths that have changed are saved. */
import type { Retention as Kept, Project } from "@gen/bellrope/v1/projects_pb";
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { useDoing } from "../../api/doing";
import type { Reference } from "../../api/reference";
import { lengthOf, lengthText } from "../../text/kept";
import { quietly } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Help } from "../../ui/Help";
import { Leaving, useGuard } from "../../ui/Leaving";
import { Notice } from "../../ui/Notice";
import { Overtaken } from "../../ui/Overtaken";
import { toast } from "../../ui/Toast";

const LENGTHS = [
  ["succeeded", "succeeded", "Succeeded"],
  ["deadLetters", "dead_letters", "Dead letters"],
  ["attempts", "attempts", "Attempts"],
  ["unmatched", "unmatched", "Unmatched events"],
] as const;

type Key = (typeof LENGTHS)[number][0];
type Form = Record<Key, string>;

const WRONG = "Enter a length such as 7d, 36h, 90min or 30s, or forever.";

function formOf(kept: Kept | undefined): Form {
  const text = (key: Key) => (kept?.[key] ? lengthText(kept[key]) : "");
  return {
    succeeded: text("succeeded"),
    deadLetters: text("deadLetters"),
    attempts: text("attempts"),
    unmatched: text("unmatched"),
  };
}

function pathsOf(lengths: readonly (typeof LENGTHS)[number][]): string[] {
  return lengths.map(([, path]) => `retention.${path}`);
}

export interface RetentionProps {
  project: Project;
  said: Reference;
  onSaved: () => Promise<void>;
}

export function Retention({ project, said, onSaved }: RetentionProps) {
  const saved = useSignal(formOf(project.retention));
  const form = useSignal(saved.value);
  const { busy, failed, forget, run } = useDoing();
  const changed = LENGTHS.filter(([key]) => form.value[key] !== saved.value[key]);
  const leaving = useGuard(changed.length > 0);
  const wrong = (key: Key) => (form.value[key] && !lengthOf(form.value[key]) ? WRONG : undefined);
  const newer = useSignal<typeof changed>([]); // what someone else has saved
  const save = async () => {
    if (!changed.length || LENGTHS.some(([key]) => wrong(key))) return;
    await run(async () => {
      const now = formOf((await projects.getProject({ project: project.name })).retention);
      newer.value = changed.filter(([key]) => now[key] !== saved.value[key] && now[key] !== form.value[key]);
      if (!newer.value.length) await write();
    });
  };
  const write = async () => {
    const retention = Object.fromEntries(LENGTHS.map(([key]) => [key, lengthOf(form.value[key])]));
    await projects.updateProject({
      project: { name: project.name, retention },
      updateMask: { paths: pathsOf(changed) },
    });
    saved.value = form.value;
    toast("The retention is saved.");
    await onSaved();
  };
  return (
    <form class="wide retention" noValidate onSubmit={quietly(() => void save())}>
      <div class="grid">
        {LENGTHS.map(([key, path, label]) => (
          <Field
            key={key}
            label={label}
            error={wrong(key) ?? failed?.fields.get(`retention.${path}`)}
            help={<Help>{said("Retention", path).help}</Help>}
          >
            {(control) => (
              <input
                {...control}
                class="number"
                autocomplete="off"
                spellcheck={false}
                placeholder="as the server"
                value={form.value[key]}
                onInput={(event) => {
                  form.value = { ...form.value, [key]: event.currentTarget.value };
                  forget();
                }}
              />
            )}
          </Field>
        ))}
      </div>
      {failed && !failed.fields.size && <Notice failure={failed} />}
      <div>
        <button type="submit" class="primary" aria-disabled={busy || !changed.length}>
          Save retention
        </button>
      </div>
      {newer.value.length > 0 && (
        <Overtaken fields={pathsOf(newer.value)} onConfirm={write} onClose={() => (newer.value = [])} />
      )}
      {leaving.value && <Leaving answer={leaving.value} fields={pathsOf(changed)} />}
    </form>
  );
}
