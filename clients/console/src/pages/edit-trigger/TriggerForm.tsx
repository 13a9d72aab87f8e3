/** The form of a trigger, from what it is for to what happens when it fails, and what saves it. */
import { useSignal } from "@preact/signals";
import { type Failure, failure } from "../../api/failure";
import type { Reference } from "../../api/reference";
import { at, go, guard } from "../../router";
import { quietly } from "../../ui/Dialog";
import { Leaving, useGuard } from "../../ui/Leaving";
import { Notice } from "../../ui/Notice";
import { toast } from "../../ui/Toast";
import { AsCode } from "./AsCode";
import { byServer, changed, EMPTY, type Form, KEYS, PATHS, type Wrong, wrong } from "./form";
import type { Editing } from "./Inputs";
import { Delivery, Events, Failures, Requests } from "./Parts";
import { Save } from "./Save";
import { save } from "./saving";
import { Try } from "./Try";
import { SAMPLE, useVerdict } from "./trying";

export interface TriggerFormProps {
  project: string;
  /** The trigger as it is saved; undefined for a new one. */
  saved: Form | undefined;
  reference: Reference;
}

export function TriggerForm({ project, saved, reference }: TriggerFormProps) {
  const form = useSignal(saved ?? EMPTY);
  const sample = useSignal(SAMPLE);
  const tried = useSignal(false); // to save it: from then on, what is missing is said
  const busy = useSignal(false);
  const failed = useSignal<Failure | undefined>(undefined);
  const verdict = useVerdict(project, form.value, sample.value, !!saved);
  const keys = changed(form.value, saved ?? EMPTY);
  const leaving = useGuard(keys.length > 0);
  const own = wrong(form.value);
  const refused = failed.value ? byServer(failed.value.fields) : {};
  const atFields = Object.keys(refused).length > 0;
  const editing: Editing = {
    form: form.value,
    reference,
    wrong: { ...refused, ...(tried.value && own) },
    set: (changes) => {
      form.value = { ...form.value, ...changes };
      failed.value = undefined;
    },
  };
  const submit = async () => {
    tried.value = true;
    if (Object.keys(own).length) return focus(own);
    if (busy.value || (saved && !keys.length)) return;
    busy.value = true;
    try {
      const { name } = await save(project, form.value, saved);
      guard(undefined);
      await go(at`projects/${project}`);
      toast(`${name} is ${saved ? "saved" : "created"}.`);
    } catch (error) {
      failed.value = failure(error);
      focus(byServer(failed.value.fields));
    }
    busy.value = false;
  };
  const parts = { editing, isNew: !saved };
  return (
    <form class="parts" noValidate onSubmit={quietly(() => void submit())}>
      <Delivery {...parts} />
      <Events {...parts}>
        <Try
          project={project}
          form={form.value}
          sample={sample.value}
          verdict={verdict}
          onChange={(changed) => (sample.value = changed)}
        />
      </Events>
      <Requests {...parts} />
      <Failures {...parts} />
      <AsCode project={project} form={form.value} saved={saved} />
      <div class="foot-of-form">
        {failed.value && !atFields && <Notice failure={failed.value} />}
        <Save project={project} form={form.value} saved={saved} busy={busy.value} />
      </div>
      {leaving.value && <Leaving answer={leaving.value} fields={keys.map((key) => PATHS[key])} />}
    </form>
  );
}

/** Put the caret into the first field that is wrong. */
function focus(wrong: Wrong): void {
  const first = KEYS.find((key) => wrong[key]);
  document.querySelector<HTMLElement>(`.edit-trigger [name="${first}"]`)?.focus();
}
