/** The page that queues an event, at once or later, with or without waiting for the answer. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { triggers } from "../../api/clients";
import { usePoll } from "../../api/poll";
import type { PageProps } from "../../props";
import { at, query } from "../../router";
import { CopyAsCurl } from "../../ui/CopyAsCurl";
import { useDraft } from "../../ui/draft";
import { offerFocus } from "../../ui/focus";
import { Icon } from "../../ui/Icon";
import { useTitle } from "../../ui/title";
import { EventForm } from "./EventForm";
import { emptyForm, type Form, jsonOf, type Wrong, wrong } from "./form";
import { useLike } from "./like";
import { Response } from "./Response";
import { type Outcome, Sending } from "./sending";
import "./trigger.css";

export default function TriggerEvent({ params }: PageProps) {
  const project = params.project!;
  const page = useForm(project);
  useLike(project, page.set, page.restored);
  const list = usePoll((signal) => triggers.listTriggers({ project, pageSize: 1000 }, { signal }), {
    every: 10_000,
    about: [project],
  });
  useTitle("Trigger event", project);
  return (
    <div class="page trigger">
      <a class="way-back" href={at`projects/${project}`}>
        <Icon name="back" />
        Eventing
      </a>
      <div class="heading">
        <h1>Queue event</h1>
      </div>
      <div class="beside">
        <EventForm {...page} typed={isWhole(given())} triggers={list.state.value}>
          <button type="submit" class="primary" aria-disabled={page.outcome.kind === "waiting"}>
            <span key={page.again}>{page.again ? "Trigger another event" : "Trigger event"}</span>
          </button>
          <CopyAsCurl
            method="POST"
            path={`/v1/projects/${encodeURIComponent(project)}/events:${page.form.sync ? "triggerSync" : "queue"}`}
            body={() => jsonOf(page.form)}
          />
        </EventForm>
        <Response outcome={page.outcome} project={project} onStop={page.stop} />
      </div>
    </div>
  );
}

/** The form with what is wrong in it, and what became of the last event. */
function useForm(project: string) {
  const { form, restored } = useDraft<Form>(() => emptyForm(given()));
  const tried = useSignal(false);
  const edited = useSignal(false); // since the last answer, which then says nothing about the fields
  const sending = useMemo(() => new Sending(), []);
  useEffect(() => {
    if (!isWhole(given())) offerFocus(document.querySelector<HTMLInputElement>(".trigger form input"));
    return () => sending.stop();
  }, []);
  const outcome = sending.outcome.value;
  const again = useRef(false); // there was an answer
  if (outcome.kind === "queued" || outcome.kind === "answered") again.current = true;
  const own = wrong(form.value);
  const said = edited.value ? {} : byServer(outcome);
  const onSubmit = () => {
    tried.value = true;
    if (Object.keys(own).length) return focusWrong();
    edited.value = false;
    void sending.send(form.value, project);
  };
  const set = (changes: Partial<Form>) => {
    form.value = { ...form.value, ...changes };
    edited.value = true;
  };
  const shown: Wrong = { ...said, ...(tried.value ? own : { data: own.data ?? said.data }) };
  const stop = () => sending.stop();
  return { form: form.value, restored, wrong: shown, outcome, again: again.current, set, onSubmit, stop };
}

/** The type in the address; of a pattern, the part that is fixed. */
function given(): string {
  return (query.value.get("type") ?? "").replace(/\*$/, "");
}

function isWhole(type: string): boolean {
  return !!type && !type.endsWith(".");
}

/** What the server said against fields, by the form's names for them. */
function byServer(outcome: Outcome): Wrong {
  if (outcome.kind !== "failed") return {};
  const fields = [...outcome.failure.fields].map(([field, sentence]) => [nameOf(field), sentence]);
  return Object.fromEntries(fields) as Wrong;
}

/** `scheduleTime` and `schedule_time` are one field, `data.to` is a place in another. */
function nameOf(field: string): string {
  return field.split(/[.[]/)[0]!.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function focusWrong(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".trigger [aria-invalid]")?.focus());
}
