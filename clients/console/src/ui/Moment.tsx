/** A date and a time in a zone; where the clocks change it asks which moment is meant. */
import { useId } from "preact/hooks";
import { HERE, written } from "../text/times";
import { meaning, offsetText, zones } from "../text/zones";
import { Field } from "./Field";

export interface Wall {
  /** `2026-11-29T18:00`, as the browser's control writes it; empty is no time. */
  local: string;
  zone: string;
  /** Which of two moments, where the clocks change. */
  chosen?: "first" | "second" | undefined;
}

export const NO_TIME: Wall = { local: "", zone: HERE };

/** Return the moment, "ask" while the reader has to choose one of two, or undefined without a time. */
export function momentOf({ local, zone, chosen }: Wall): Date | "ask" | undefined {
  const means = local ? meaning(local, zone) : undefined;
  if (!means) return undefined;
  if (means.kind === "once") return means.time;
  const [first, second] = means.kind === "twice" ? [means.first, means.second] : [means.earlier, means.later];
  return chosen ? (chosen === "first" ? first : second) : "ask";
}

export function Moment({
  label,
  value,
  onChange,
  error,
  withZone = true,
}: {
  label: string;
  value: Wall;
  onChange: (value: Wall) => void;
  error?: string;
  /** False if another field has the zone. */
  withZone?: boolean;
}) {
  return (
    <div class={withZone ? "moment" : "moment bare"}>
      <Field label={label} error={error}>
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            value={value.local}
            onInput={(event) => onChange({ local: event.currentTarget.value, zone: value.zone })}
          />
        )}
      </Field>
      {withZone && (
        <Field label="Zone">
          {(control) => (
            <select
              {...control}
              value={value.zone}
              onChange={(event) => onChange({ local: value.local, zone: event.currentTarget.value })}
            >
              {zones().map((zone) => (
                <option key={zone} value={zone}>
                  {zone}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Which value={value} onChange={onChange} />
    </div>
  );
}

/** Asks which moment is meant, if there is not exactly one. */
function Which({ value, onChange }: { value: Wall; onChange: (value: Wall) => void }) {
  const name = useId();
  const means = value.local ? meaning(value.local, value.zone) : undefined;
  if (!means || means.kind === "once") return null;
  const skipped = means.kind === "skipped";
  const times = skipped ? ([means.earlier, means.later] as const) : ([means.first, means.second] as const);
  return (
    <fieldset class="which">
      <legend>
        {skipped
          ? `${value.zone} skips this time: its clocks go forward. Which one do you mean?`
          : `${value.zone} has this time twice: its clocks go back. Which one do you mean?`}
      </legend>
      {times.map((time, index) => {
        const choice = index ? "second" : "first";
        return (
          <label key={choice}>
            <input
              type="radio"
              name={name}
              checked={value.chosen === choice}
              onChange={() => onChange({ ...value, chosen: choice })}
            />
            <span class="number">
              {written(time, value.zone)} {offsetText(time, value.zone)}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
