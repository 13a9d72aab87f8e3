/** Edits the schema of a type beside what it would refuse of the last real events. */
import type { EventType } from "@gen/bellrope/v1/projects_pb";
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { useDoing } from "../../api/doing";
import type { Reference } from "../../api/reference";
import { useTrial } from "../../api/trial";
import { Confirm } from "../../ui/Confirm";
import { quietly } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Help } from "../../ui/Help";
import { Leaving, useGuard } from "../../ui/Leaving";
import { Notice } from "../../ui/Notice";
import { Overtaken } from "../../ui/Overtaken";
import { toast } from "../../ui/Toast";
import { schemaOf } from "./data";
import { Refused } from "./Refused";

const RECENT = 20; // events
const STARTER = 'type name { amount: Float!  note: String }\n\nor {"type": "object", "required": ["amount"]}';

export interface SchemaFormProps {
  project: string;
  type: string;
  saved: EventType | undefined;
  said: Reference;
  onSaved: () => Promise<void>;
}

export function SchemaForm({ project, type, saved, said, onSaved }: SchemaFormProps) {
  const before = saved?.schema ?? "";
  const schema = useSignal(before);
  const doing = useDoing();
  const leaving = useGuard(schema.value !== before);
  const empty = !schema.value.trim();
  const trial = useTrial(empty ? undefined : (signal) => tried(project, type, schema.value, signal), [
    project,
    type,
    schema.value,
  ]).value;
  const ready = schema.value !== before && !empty;
  const newer = useSignal(false); // someone else has saved another one
  const save = async () => {
    const now = (await schemaOf(project, type))?.schema ?? "";
    if (now === before || now === schema.value) await write();
    else newer.value = true;
  };
  const write = async () => {
    const eventType = { type, schema: schema.value };
    await projects.updateEventType({ project, eventType, allowMissing: true });
    await onSaved();
    toast(`The schema of ${type} is saved.`);
  };
  const remove = async () => {
    await projects.deleteEventType({ project, type });
    schema.value = "";
    await onSaved();
    toast(`The schema of ${type} is deleted.`);
  };
  return (
    <form class="schema" noValidate onSubmit={quietly(() => ready && void doing.run(save))}>
      <div class="beside-it">
        <Editor
          schema={schema.value}
          help={said("EventType", "schema").help}
          onChange={(typed) => {
            schema.value = typed;
            doing.forget();
          }}
        />
        <Refused project={project} trial={trial} empty={empty} />
      </div>
      {doing.failed && <Notice failure={doing.failed} />}
      <div class="acts">
        <button type="submit" class="primary" aria-disabled={doing.busy || !ready}>
          Save schema
        </button>
        {saved && <Deleting type={type} onConfirm={remove} />}
      </div>
      {newer.value && (
        <Overtaken fields={["schema"]} onConfirm={write} onClose={() => (newer.value = false)} />
      )}
      {leaving.value && <Leaving answer={leaving.value} fields={["schema"]} />}
    </form>
  );
}

function tried(project: string, type: string, schema: string, signal: AbortSignal) {
  const request = { project, eventType: type, recentCount: RECENT, draft: { schema } };
  return projects.testEventType(request, { signal });
}

function Editor({
  schema,
  help,
  onChange,
}: {
  schema: string;
  help: string;
  onChange: (schema: string) => void;
}) {
  return (
    <Field label="Schema" help={<Help>{help}</Help>}>
      {(control) => (
        <textarea
          {...control}
          class="mono"
          rows={16}
          spellcheck={false}
          autocomplete="off"
          placeholder={STARTER}
          value={schema}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Deleting({ type, onConfirm }: { type: string; onConfirm: () => Promise<void> }) {
  const asked = useSignal(false);
  const ask = (open: boolean) => {
    asked.value = open;
  };
  return (
    <>
      <button type="button" onClick={() => ask(true)}>
        Delete schema
      </button>
      {asked.value && (
        <Confirm
          title={`Delete the schema of ${type}?`}
          action="Delete schema"
          danger
          onConfirm={onConfirm}
          onClose={() => ask(false)}
        >
          <p>Events of this type may then have any data. Stored events stay as they are.</p>
        </Confirm>
      )}
    </>
  );
}
