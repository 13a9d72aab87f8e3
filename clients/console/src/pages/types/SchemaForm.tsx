/** Edits the schema of a type beside what it would refuse of the last real events. */
import type { EventType } from "@gen/bellrope/v1/projects_pb";
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { type Failure, failure } from "../../api/failure";
import type { Reference } from "../../api/reference";
import { useTrial } from "../../api/trial";
import { Confirm } from "../../ui/Confirm";
import { quietly } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Help } from "../../ui/Help";
import { Leaving, useGuard } from "../../ui/Leaving";
import { Notice } from "../../ui/Notice";
import { toast } from "../../ui/Toast";
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
  const busy = useSignal(false);
  const failed = useSignal<Failure | undefined>(undefined);
  const deleting = useSignal(false);
  const changed = schema.value !== before;
  const leaving = useGuard(changed);
  const trial = useTrial(
    schema.value.trim()
      ? (signal) =>
          projects.testEventType(
            { project, eventType: type, recentCount: RECENT, draft: { schema: schema.value } },
            { signal },
          )
      : undefined,
    [project, type, schema.value],
  ).value;
  const save = async () => {
    if (busy.value || !changed || !schema.value.trim()) return;
    busy.value = true;
    failed.value = undefined;
    try {
      const eventType = { type, schema: schema.value };
      await projects.updateEventType({ project, eventType, allowMissing: true });
      await onSaved();
      toast(`The schema of ${type} is saved.`);
    } catch (error) {
      failed.value = failure(error);
    }
    busy.value = false;
  };
  const remove = async () => {
    await projects.deleteEventType({ project, type });
    schema.value = "";
    await onSaved();
    toast(`The schema of ${type} is deleted.`);
  };
  return (
    <form class="schema" noValidate onSubmit={quietly(() => void save())}>
      <div class="beside-it">
        <Field label="Schema" help={<Help>{said("EventType", "schema").help}</Help>}>
          {(control) => (
            <textarea
              {...control}
              class="mono"
              rows={16}
              spellcheck={false}
              autocomplete="off"
              placeholder={STARTER}
              value={schema.value}
              onInput={(event) => {
                schema.value = event.currentTarget.value;
                failed.value = undefined;
              }}
            />
          )}
        </Field>
        <Refused project={project} trial={trial} empty={!schema.value.trim()} />
      </div>
      {failed.value && <Notice failure={failed.value} />}
      <div class="acts">
        <button type="submit" class="primary" aria-disabled={busy.value || !changed || !schema.value.trim()}>
          Save schema
        </button>
        {saved && (
          <button type="button" onClick={() => (deleting.value = true)}>
            Delete schema
          </button>
        )}
      </div>
      {deleting.value && (
        <Confirm
          title={`Delete the schema of ${type}?`}
          action="Delete schema"
          danger
          onConfirm={remove}
          onClose={() => (deleting.value = false)}
        >
          <p>Events of this type may then have any data. Stored events stay as they are.</p>
        </Confirm>
      )}
      {leaving.value && <Leaving answer={leaving.value} fields={["schema"]} />}
    </form>
  );
}
