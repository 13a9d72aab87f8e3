/** A control with its label, its help, and what is wrong with its value. */
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { Text } from "./Text";

export interface ControlProps {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

export interface FieldProps {
  label: string;
  help?: ComponentChildren;
  /** A sentence; it takes the place of the help. */
  error?: string;
  /** Renders the control with the properties that tie it to the label. */
  children: (control: ControlProps) => VNode;
}

export function Field({ label, help, error, children }: FieldProps) {
  const id = useId();
  const told = error || help ? `${id}-told` : undefined;
  const control: ControlProps = { id, "aria-describedby": told };
  if (error) control["aria-invalid"] = true;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(control)}
      {told && (
        <div id={told} class={error ? "told wrong" : "told"}>
          {error ? <Text>{error}</Text> : help}
        </div>
      )}
    </div>
  );
}

/** A box to tick, with its label beside it. */
export function Check({
  label,
  checked,
  onChange,
  help,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={help ? `${id}-told` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {help && (
        <div id={`${id}-told`} class="told">
          {help}
        </div>
      )}
    </div>
  );
}
