/** The types of event of a project: those that came in the last seven days, have a schema, or have a trigger. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { ahead } from "../../api/clock";
import { useDoing } from "../../api/doing";
import { usePoll } from "../../api/poll";
import type { PageProps } from "../../props";
import { at, go } from "../../router";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { filter, setFilters } from "../../ui/Filters";
import { LongTable } from "../../ui/LongTable";
import { Notice } from "../../ui/Notice";
import type { Column } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { type Known, known, look, type Seen, settings } from "./data";
import "./types.css";

export default function EventTypes({ params }: PageProps) {
  const project = params.project!;
  const further = useSignal<Seen | undefined>(undefined);
  const adding = useSignal(false);
  useTitle("Event types", project);
  const poll = usePoll((signal) => Promise.all([settings(project, signal), look(project, signal)]), {
    every: 0,
    about: [project, ahead.value],
  });
  const { value, failure } = poll.state.value;
  const seen = further.value ?? value?.[1];
  const add = () => {
    adding.value = true;
  };
  const wanted = filter("q").toLowerCase();
  const types = value && seen && known(value[0], seen);
  const rows = types?.filter((each) => each.type.toLowerCase().includes(wanted));
  return (
    <div class="page types">
      <Heading onAdd={add} />
      <LongTable
        caption="Event types"
        things="types"
        columns={COLUMNS}
        rows={rows}
        id={(each) => each.type}
        href={(each) => at`projects/${project}/types/${each.type}`}
        failure={failure}
        onRetry={() => void poll.refresh()}
        empty={wanted ? <h2>No type has this in its name</h2> : <None onAdd={add} />}
      />
      {seen && <Looked project={project} seen={seen} onFurther={(next) => (further.value = next)} />}
      {adding.value && (
        <Adding project={project} types={types ?? []} onClose={() => (adding.value = false)} />
      )}
    </div>
  );
}

function Heading({ onAdd }: { onAdd: () => void }) {
  return (
    <div class="heading">
      <h1>Event types</h1>
      <input
        class="find"
        type="search"
        aria-label="Find event types"
        placeholder="Find a type"
        value={filter("q")}
        onInput={(event) => setFilters({ q: event.currentTarget.value }, { typing: true })}
      />
      <div class="end">
        <button type="button" class="primary" onClick={onAdd}>
          Add schema
        </button>
      </div>
    </div>
  );
}

const COLUMNS: readonly Column<Known>[] = [
  {
    head: "Type",
    cell: ({ type }) => (
      <code>
        <Text>{type}</Text>
      </code>
    ),
  },
  { head: "Schema", width: "128px", cell: ({ schema }) => (schema ? kindOf(schema.schema) : <Nothing />) },
  { head: "Triggers", width: "26%", cell: ({ triggers }) => <Names of={triggers} /> },
  {
    head: "Seen",
    width: "112px",
    end: true,
    cell: ({ seen }) => (seen ? seen.toLocaleString("en") : <Nothing />),
  },
  { head: "Last", width: "128px", cell: ({ last }) => <Time of={last} /> },
];

/** A schema in JSON is a JSON Schema; any other text is GraphQL. */
export function kindOf(schema: string): string {
  return /^\s*[{tf]/.test(schema) && !/^\s*type\b/.test(schema) ? "JSON Schema" : "GraphQL";
}

function Names({ of }: { of: readonly string[] }) {
  if (!of.length) return <Nothing />;
  const more = of.length > 3 ? ` and ${of.length - 3} more` : "";
  return (
    <span title={of.slice(0, 50).join(", ")}>
      {of.slice(0, 3).join(", ")}
      {more}
    </span>
  );
}

function Nothing() {
  return <span class="muted">–</span>;
}

/** Says how far back the events were looked at, and looks further. */
function Looked({
  project,
  seen,
  onFurther,
}: {
  project: string;
  seen: Seen;
  onFurther: (seen: Seen) => void;
}) {
  const { busy, failed, run } = useDoing();
  const further = () => run(async () => onFurther(await look(project, undefined, seen)));
  const events = seen.looked === 1 ? "1 event" : `${seen.looked.toLocaleString("en")} events`;
  return (
    <p class="looked muted" role="status">
      {seen.next ? (
        <>
          Looked at the last {events}, back to <Time of={seen.back} as="date" />.{" "}
          <button type="button" aria-disabled={busy} onClick={() => void further()}>
            Look further back
          </button>
        </>
      ) : (
        `Looked at the ${events} of the last 7 days that are kept.`
      )}
      {failed && <Notice failure={failed} />}
    </p>
  );
}

function None({ onAdd }: { onAdd: () => void }) {
  return (
    <>
      <h2>No event types yet</h2>
      <p>A type is known when an event of it comes. A schema says what its data must be.</p>
      <button type="button" class="primary" onClick={onAdd}>
        Add first schema
      </button>
    </>
  );
}

/** Asks which type the schema is for. */
function Adding({
  project,
  types,
  onClose,
}: {
  project: string;
  types: readonly Known[];
  onClose: () => void;
}) {
  const list = useId();
  const type = useSignal("");
  const error = useSignal("");
  const next = () => {
    if (type.value) void go(at`projects/${project}/types/${type.value}`);
    else error.value = "Enter the type of event.";
  };
  return (
    <Dialog
      title="Add a schema"
      onClose={onClose}
      onSubmit={next}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Write schema
          </button>
        </>
      }
    >
      <Field label="Event type" error={error.value} help="It needs no events yet.">
        {(control) => (
          <>
            <input
              {...control}
              class="mono"
              data-first
              list={list}
              maxLength={255}
              spellcheck={false}
              autocomplete="off"
              value={type.value}
              onInput={(event) => {
                type.value = event.currentTarget.value;
                error.value = "";
              }}
            />
            <datalist id={list}>
              {types
                .filter((each) => !each.schema)
                .map((each) => (
                  <option key={each.type} value={each.type} />
                ))}
            </datalist>
          </>
        )}
      </Field>
    </Dialog>
  );
}
