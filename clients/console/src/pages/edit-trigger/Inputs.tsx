/** The controls of the form: each knows its field's name, help, default and error. */
import type { VNode } from "preact";
import type { Reference } from "../../api/reference";
import { Check, type ControlProps, Field } from "../../ui/Field";
import { Help } from "../../ui/Help";
import { type Form, PATHS, type Wrong } from "./form";

export interface Editing {
  form: Form;
  wrong: Wrong;
  reference: Reference;
  set: (changes: Partial<Form>) => void;
}

type Texts = { [key in keyof Form]: Form[key] extends boolean ? never : key }[keyof Form];
type Flags = { [key in keyof Form]: Form[key] extends boolean ? key : never }[keyof Form];

/** Return what the protos say about a field. */
export function said(reference: Reference, field: keyof Form) {
  const [message, name] = PATHS[field].startsWith("retry_policy.")
    ? ["RetryPolicy", PATHS[field].slice("retry_policy.".length)]
    : ["Trigger", PATHS[field]];
  return reference(message!, name!);
}

/** The default as one types it: `5` for `5s`. */
function hint(reference: Reference, field: keyof Form): string {
  return said(reference, field).default.replace(/^([0-9.]+)s$/, "$1");
}

interface InputProps {
  of: Texts;
  label: string;
  editing: Editing;
  wide?: boolean;
}

/** A line of text. */
export function Line({
  of,
  label,
  editing,
  wide,
  mono,
  number,
  placeholder,
}: InputProps & { mono?: boolean; number?: boolean; placeholder?: string }) {
  const { form, set, reference } = editing;
  return (
    <Labelled of={of} label={label} editing={editing} wide={wide}>
      {(control) => (
        <input
          {...control}
          name={of}
          class={number ? "number" : mono ? "mono" : ""}
          inputMode={number ? "decimal" : undefined}
          autocomplete="off"
          spellcheck={!mono && !number}
          placeholder={placeholder ?? hint(reference, of)}
          value={form[of]}
          onInput={(event) => set({ [of]: event.currentTarget.value })}
        />
      )}
    </Labelled>
  );
}

/** Several lines of text. */
export function Lines({
  of,
  label,
  editing,
  wide,
  mono,
  rows,
  placeholder,
}: InputProps & { mono?: boolean; rows: number; placeholder?: string }) {
  const { form, set } = editing;
  return (
    <Labelled of={of} label={label} editing={editing} wide={wide}>
      {(control) => (
        <textarea
          {...control}
          name={of}
          class={mono ? "mono" : ""}
          rows={rows}
          autocomplete="off"
          spellcheck={!mono}
          placeholder={placeholder}
          value={form[of]}
          onInput={(event) => set({ [of]: event.currentTarget.value })}
        />
      )}
    </Labelled>
  );
}

/** Anything else with a label. */
export function Labelled({
  of,
  label,
  editing: { wrong, reference },
  wide,
  children,
}: InputProps & { children: (control: ControlProps) => VNode }) {
  const { help } = said(reference, of);
  return (
    <div class={wide ? "wide" : ""}>
      <Field label={label} error={wrong[of]} help={help ? <Help>{help}</Help> : "\u00a0"}>
        {children}
      </Field>
    </div>
  );
}

/** A box to tick. */
export function Tick({
  of,
  label,
  editing: { form, reference, set },
}: {
  of: Flags;
  label: string;
  editing: Editing;
}) {
  const help = said(reference, of).help.replace(/^True if (.)/, (_, first: string) => first.toUpperCase());
  return (
    <div class="wide">
      <Check
        label={label}
        checked={form[of]}
        onChange={(ticked) => set({ [of]: ticked })}
        help={help ? <Help>{help}</Help> : undefined}
      />
    </div>
  );
}
