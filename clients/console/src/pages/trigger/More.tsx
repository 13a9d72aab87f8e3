/** The fields that few events need. */
import { Details } from "../../ui/Details";
import { Field } from "../../ui/Field";
import { Moment } from "../../ui/Moment";
import type { Form, Wrong } from "./form";

export function More({
  form,
  wrong,
  set,
}: {
  form: Form;
  wrong: Wrong;
  set: (changes: Partial<Form>) => void;
}) {
  const faulty = wrong.id || wrong.options || wrong.expire_time || wrong.wait;
  return (
    <Details class="more" summary="More" needed={!!faulty}>
      <div class="fields">
        <Field
          label="Your own id"
          error={wrong.id}
          help="With it you can send the event again: it is stored once. Empty: a new one."
        >
          {(control) => (
            <input
              {...control}
              class="mono"
              value={form.id}
              maxLength={128}
              spellcheck={false}
              onInput={(event) => set({ id: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field
          label="Options"
          error={wrong.options}
          help="They narrow the triggers. One name=value on each line."
        >
          {(control) => (
            <textarea
              {...control}
              class="mono"
              rows={2}
              spellcheck={false}
              value={form.options}
              onInput={(event) => set({ options: event.currentTarget.value })}
            />
          )}
        </Field>
        <Moment
          label="No attempt at or after"
          value={{ ...form.expire, zone: form.at.zone }}
          onChange={(expire) => set({ expire })}
          error={wrong.expire_time}
          withZone={false}
        />
        {form.sync && (
          <Field label="Wait for the answer at most" error={wrong.wait} help="Seconds, 1 to 300.">
            {(control) => (
              <input
                {...control}
                class="number"
                inputMode="numeric"
                value={form.wait}
                onInput={(event) => set({ wait: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
      </div>
    </Details>
  );
}
