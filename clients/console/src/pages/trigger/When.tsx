/** When the event is due: a date and time, a delay, and what the two mean, in words. */
import { now } from "../../api/clock";
import { HERE, length } from "../../text/times";
import { zoned } from "../../text/zones";
import { Clocks } from "../../ui/Clocks";
import { Field } from "../../ui/Field";
import { Moment, momentOf } from "../../ui/Moment";
import type { Form, Wrong } from "./form";

export function When({
  form,
  wrong,
  set,
}: {
  form: Form;
  wrong: Wrong;
  set: (changes: Partial<Form>) => void;
}) {
  return (
    <div class="when">
      <Moment
        label="Date and time"
        value={form.at}
        onChange={(at) => set({ at })}
        error={wrong.schedule_time}
      />
      <div class="later">
        <Field label="Delay in seconds" error={wrong.delay}>
          {(control) => (
            <input
              {...control}
              class="number"
              inputMode="decimal"
              placeholder="0"
              value={form.delay}
              onInput={(event) => set({ delay: event.currentTarget.value.trim() })}
            />
          )}
        </Field>
        <p class="due number" aria-live="polite">
          {due(form, now.value)}
        </p>
        <Clocks />
      </div>
    </div>
  );
}

function due(form: Form, present: number): string {
  const at = momentOf(form.at);
  const delay = Number(form.delay || 0) * 1000;
  if (at === "ask") return "due when you have chosen which moment you mean";
  if (!at && !delay) return "due now";
  if (Number.isNaN(delay)) return "";
  const time = new Date((at?.getTime() ?? present) + delay);
  if (time.getTime() <= present) return "due now: this time is past";
  const zone = at ? form.at.zone : HERE;
  const wait = length((time.getTime() - present) / 1000);
  return `due ${at ? "" : "about "}${zoned(time, zone)} (in ${wait})`;
}
