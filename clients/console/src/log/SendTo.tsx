/** Chooses the trigger that gets what is sent again. */
import { triggers } from "../api/clients";
import { usePoll } from "../api/poll";
import { Field } from "../ui/Field";

export interface SendToProps {
  project: string;
  /** What is said of the choice of none. */
  none: string;
  /** The name of a trigger that is not offered: it is the one meant by none. */
  but?: string;
  help?: string;
  error?: string | undefined;
  /** Empty: none is chosen. */
  value: string;
  onChange: (name: string) => void;
}

export function SendTo({ project, none, but, help, error, value, onChange }: SendToProps) {
  const poll = usePoll((signal) => triggers.listTriggers({ project, pageSize: 1000 }, { signal }), {
    every: 0,
    about: [project],
  });
  const names = poll.state.value.value?.triggers.map((each) => each.name) ?? [];
  return (
    <Field label="Send to" help={help} error={error}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{none}</option>
          {names
            .filter((name) => name !== but)
            .map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </select>
      )}
    </Field>
  );
}
