/** The fields of an event, in the order in which one thinks of them. */

import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Polled } from "../../api/poll";
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
  /** Those of the project. */
  triggers: Polled<{ triggers: readonly Trigger[] }>;
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

const UNKNOWN = "Which triggers listen could not be read. The event can be sent all the same.";

type TypeProps = Pick<EventFormProps, "triggers" | "set"> & { value: string; error?: string };

function Type({ value, error, triggers, set }: TypeProps) {
  const list = useId();
  const known = triggers.value?.triggers;
  const help = known && value ? listeners(known, value) : triggers.failure ? UNKNOWN : "\u00a0";
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
            {knownTypes(known ?? []).map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
