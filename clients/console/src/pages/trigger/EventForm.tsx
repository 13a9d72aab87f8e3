/** The fields of an event, in the order in which one thinks of them. */

import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { quietly } from "../../ui/Dialog";
import { Check, Field } from "../../ui/Field";
import { DataEditor } from "./DataEditor";
import type { Form, Wrong } from "./form";
import { More } from "./More";
import { knownTypes, listeners } from "./matching";
import { When } from "./When";

export interface EventFormProps {
  form: Form;
  wrong: Wrong;
  /** Undefined until they are known. */
  triggers: readonly Trigger[] | undefined;
  /** True if only the data is missing: then the caret is there. */
  typed: boolean;
  set: (changes: Partial<Form>) => void;
  onSubmit: () => void;
  /** The buttons. */
  children: ComponentChildren;
}

export function EventForm({ form, wrong, triggers, typed, set, onSubmit, children }: EventFormProps) {
  return (
    <form class="fields" noValidate onSubmit={quietly(onSubmit)}>
      <Type value={form.type} error={wrong.type} triggers={triggers} set={set} />
      <Check
        label="Trigger event synchronously"
        checked={form.sync}
        onChange={(sync) => set({ sync })}
        help="Wait for the webhook, and show its answer here."
      />
      <DataEditor value={form.data} error={wrong.data} first={typed} onChange={(data) => set({ data })} />
      <When form={form} wrong={wrong} set={set} />
      <More form={form} wrong={wrong} set={set} />
      <div class="send">{children}</div>
    </form>
  );
}

type TypeProps = Pick<EventFormProps, "triggers" | "set"> & { value: string; error?: string };

function Type({ value, error, triggers, set }: TypeProps) {
  const list = useId();
  const help = triggers && value ? listeners(triggers, value) : "\u00a0";
  return (
    <Field label="Event type" error={error} help={help}>
      {(control) => (
        <>
          <input
            {...control}
            class="mono"
            list={list}
            autocomplete="off"
            spellcheck={false}
            maxLength={255}
            value={value}
            onInput={(event) => set({ type: event.currentTarget.value })}
          />
          <datalist id={list}>
            {knownTypes(triggers ?? []).map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
