/** The parts of the form, in the order in which one thinks of them. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { offerFocus } from "../../ui/focus";
import { Section } from "../../ui/Section";
import type { Form } from "./form";
import { type Editing, Labelled, Line, Lines, Tick } from "./Inputs";
import { Secret } from "./Secret";

export interface PartProps {
  editing: Editing;
  isNew: boolean;
}

const ABOUT = "Which address is called for which events.";

export function Delivery({ editing, isNew }: PartProps) {
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isNew) offerFocus(first.current!.querySelector("input"));
  }, []);
  return (
    <Section title="Trigger" about={isNew ? `${ABOUT} The rest of the form may stay as it is.` : ABOUT}>
      {isNew && (
        <div ref={first} class="wide">
          <Line of="name" label="Name" editing={editing} mono />
        </div>
      )}
      <Line of="type" label="Event type" editing={editing} mono />
      <Line of="url" label="Webhook" editing={editing} mono placeholder="https://example.com/webhook" />
      <Lines of="description" label="Description" editing={editing} rows={2} wide />
    </Section>
  );
}

export function Events({ editing, children }: PartProps & { children: ComponentChildren }) {
  return (
    <Section title="Which events" about="Narrows the events of the type. Try it before it counts.">
      <Lines
        of="filter"
        label="Filter"
        editing={editing}
        rows={3}
        mono
        placeholder="data.amount > 100 && data.currency in ['EUR', 'USD']"
      />
      <Lines of="options" label="Options" editing={editing} rows={3} mono placeholder="name=value,other" />
      {children}
    </Section>
  );
}

const FORMS: Readonly<Record<Form["encoding"], string>> = {
  DOCUMENTED: "As Space Cloud documents it",
  STRUCTURED: "CloudEvent, structured",
  BINARY: "CloudEvent, binary",
};

export function Requests({ editing }: PartProps) {
  const { form, set } = editing;
  return (
    <Section title="What it gets" about="The request that the webhook gets.">
      <Labelled of="encoding" label="Encoding" editing={editing}>
        {(control) => (
          <select
            {...control}
            value={form.encoding}
            onChange={(event) => set({ encoding: event.currentTarget.value as Form["encoding"] })}
          >
            {Object.entries(FORMS).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <Lines
        of="headers"
        label="Headers"
        editing={editing}
        rows={3}
        mono
        placeholder="Authorization: Bearer ..."
      />
      <div class="wide">
        <Secret editing={editing} />
      </div>
      <Tick of="chainEvents" label="Its answer may queue events" editing={editing} />
    </Section>
  );
}

export function Failures({ editing }: PartProps) {
  return (
    <Section
      title="When it fails"
      about="How often it is called again, and when. All lengths are in seconds."
    >
      <Line of="retries" label="Retries" editing={editing} number />
      <Line of="timeout" label="Timeout (s)" editing={editing} number />
      <Line of="minBackoff" label="First wait (s)" editing={editing} number />
      <Line of="maxBackoff" label="Longest wait (s)" editing={editing} number />
      <Line of="schedule" label="A list of waits (s)" editing={editing} number />
      <Line of="noRetryStatuses" label="Statuses without retry" editing={editing} number />
      <Line of="maxInFlight" label="Attempts at once" editing={editing} number />
      <Tick of="disableOnGone" label="Pause it after 410 (Gone)" editing={editing} />
    </Section>
  );
}
