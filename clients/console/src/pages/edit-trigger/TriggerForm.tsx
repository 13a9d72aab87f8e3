/** The form of a trigger, from what it is for to what happens when it fails, and what saves it. */
import { useSignal } from "@preact/signals";
import { useDoing } from "../../api/doing";
import type { Reference } from "../../api/reference";
import { go, guard } from "../../router";
import { quietly } from "../../ui/Dialog";
import { focusFromHere } from "../../ui/focus";
import { Leaving, useGuard } from "../../ui/Leaving";
import { Notice } from "../../ui/Notice";
import { Overtaken } from "../../ui/Overtaken";
import { toast } from "../../ui/Toast";
import { AsCode } from "./AsCode";
import { byServer, changed, EMPTY, type Form, KEYS, PATHS, type Wrong, wrong } from "./form";
import type { Editing } from "./Inputs";
import { Delivery, Events, Failures, Requests } from "./Parts";
import { Save } from "./Save";
import { overtaken, save } from "./saving";
import { Try } from "./Try";
import { SAMPLE, useVerdict } from "./trying";

export interface TriggerFormProps {
  project: string;
  /** The trigger as it is saved; undefined for a new one. */
  saved: Form | undefined;
  reference: Reference;
  /** Where one goes on. */
  origin: string;
}

export function TriggerForm(props: TriggerFormProps) {
  const { project, saved, origin } = props;
  const sample = useSignal(SAMPLE);
  const { form, editing, keys, doing, submit, newer, write } = useForm(props);
  const verdict = useVerdict(project, form, sample.value, !!saved);
  const leaving = useGuard(keys.length > 0);
  const elsewhere = doing.failed && !Object.keys(byServer(doing.failed.fields)).length;
  const parts = { editing, isNew: !saved };
  return (
    <form class="parts" noValidate onSubmit={quietly(() => void submit())}>
      <Delivery {...parts} />
      <Events {...parts}>
        <Try
          project={project}
          form={form}
          sample={sample.value}
          verdict={verdict}
          onChange={(changed) => {
            sample.value = changed;
          }}
        />
      </Events>
      <Requests {...parts} />
      <Failures {...parts} />
      <AsCode project={project} form={form} saved={saved} />
      <div class="foot-of-form">
        {elsewhere && <Notice failure={doing.failed!} />}
        <Save origin={origin} form={form} saved={saved} busy={doing.busy} />
      </div>
      {newer.value && (
        <Overtaken
          fields={newer.value.map((key) => PATHS[key])}
          onConfirm={write}
          onClose={() => (newer.value = undefined)}
        />
      )}
      {leaving.value && <Leaving answer={leaving.value} fields={keys.map((key) => PATHS[key])} />}
    </form>
  );
}

/** The form as it is typed, what is wrong with it, and what saves it. */
function useForm({ project, saved, reference, origin }: TriggerFormProps) {
  const form = useSignal(saved ?? EMPTY);
  const tried = useSignal(false); // to save it: from then on, what is missing is said
  const doing = useDoing();
  const keys = changed(form.value, saved ?? EMPTY);
  const own = wrong(form.value);
  const refused = doing.failed ? byServer(doing.failed.fields) : {};
  const editing: Editing = {
    form: form.value,
    reference,
    wrong: { ...refused, ...(tried.value && own) },
    set: (changes) => {
      form.value = { ...form.value, ...changes };
      doing.forget();
    },
  };
  const newer = useSignal<(keyof Form)[] | undefined>(undefined);
  const write = async () => {
    const { name } = await save(project, form.value, saved);
    guard(undefined);
    await go(origin);
    toast(`${name} is ${saved ? "saved" : "created"}.`);
  };
  const submit = async () => {
    tried.value = true;
    const focus = focusFromHere(); // an answer may come late
    if (Object.keys(own).length) return focus(firstOf(own));
    if (saved && !keys.length) return;
    const failed = await doing.run(async () => {
      const found = saved ? await overtaken(project, form.value, saved) : [];
      if (found.length) newer.value = found;
      else await write();
    });
    if (failed) focus(firstOf(byServer(failed.fields)));
  };
  return { form: form.value, editing, keys, doing, submit, newer, write };
}

/** Return the control of the first field that is wrong. */
function firstOf(wrong: Wrong): HTMLElement | null {
  const first = KEYS.find((key) => wrong[key]);
  return document.querySelector<HTMLElement>(`.edit-trigger [name="${first}"]`);
}
