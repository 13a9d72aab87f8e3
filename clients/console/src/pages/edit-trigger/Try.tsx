/** Tries the trigger with an event before it counts: the event on the left, what would happen on the right. */
import { useSignal } from "@preact/signals";
import { failure } from "../../api/failure";
import { indented } from "../../text/json";
import { plain } from "../../text/visible";
import { Field } from "../../ui/Field";
import type { Form } from "./form";
import { Outcome } from "./Outcome";
import { dataObjection, lastEvent, type Sample, type Verdict } from "./trying";

export interface TryProps {
  project: string;
  form: Form;
  sample: Sample;
  verdict: Verdict;
  onChange: (sample: Sample) => void;
}

export function Try({ project, form, sample, verdict, onChange }: TryProps) {
  return (
    <section class="try wide" aria-label="Try it">
      <div class="event">
        <h3>Try it with an event</h3>
        <Event project={project} form={form} sample={sample} onChange={onChange} />
      </div>
      <div class="verdict" aria-live="polite">
        <Outcome verdict={verdict} />
      </div>
    </section>
  );
}

function Event({ project, form, sample, onChange }: Omit<TryProps, "verdict">) {
  const wrong = dataObjection(sample);
  const set = (changes: Partial<Sample>) =>
    onChange({ ...sample, id: "", cloudEvent: undefined, ...changes });
  return (
    <>
      <div class="pair">
        <Field label="Its type">
          {(control) => (
            <input
              {...control}
              class="mono"
              spellcheck={false}
              autocomplete="off"
              placeholder={form.type.includes("*") ? "" : plain(form.type)}
              value={sample.type}
              onInput={(event) => set({ type: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Its options">
          {(control) => (
            <textarea
              {...control}
              class="mono"
              rows={1}
              spellcheck={false}
              placeholder="name=value"
              value={sample.options}
              onInput={(event) => set({ options: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <Field label="Its data" error={wrong} help={sample.id ? `As in event ${sample.id}` : "\u00a0"}>
        {(control) => (
          <textarea
            {...control}
            class="mono"
            rows={9}
            spellcheck={false}
            autocomplete="off"
            value={sample.data}
            onInput={(event) => set({ data: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="tools">
        <LastEvent project={project} type={form.type} onFound={onChange} />
        <button
          type="button"
          class="quiet"
          aria-disabled={!!wrong}
          onClick={() => wrong || onChange({ ...sample, data: indented(sample.data) })}
        >
          Format
        </button>
      </div>
    </>
  );
}

/** Fills the sample with the last real event that fits the type. */
function LastEvent({
  project,
  type,
  onFound,
}: {
  project: string;
  type: string;
  onFound: (sample: Sample) => void;
}) {
  const said = useSignal<{ of: string; sentence: string } | undefined>(undefined);
  const use = async () => {
    said.value = undefined;
    try {
      const found = await lastEvent(project, type);
      if (found) onFound(found);
      else said.value = { of: type, sentence: "No event of this type is kept." };
    } catch (error) {
      said.value = { of: type, sentence: failure(error).sentence };
    }
  };
  return (
    <>
      <button type="button" aria-disabled={!type} onClick={() => type && void use()}>
        Use the last real event
      </button>
      <span class="muted" role="status">
        {said.value?.of === type ? said.value.sentence : ""}
      </span>
    </>
  );
}
