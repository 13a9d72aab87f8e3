/** All projects: each leads to its triggers; a new one is created here. */
import type { Project } from "@gen/bellrope/v1/projects_pb";
import { useSignal } from "@preact/signals";
import { projects } from "../../api/clients";
import { useDoing } from "../../api/doing";
import { usePoll } from "../../api/poll";
import { at, go } from "../../router";
import { lengthText } from "../../text/kept";
import { Running } from "../../ui/Badge";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { LongTable } from "../../ui/LongTable";
import type { Column } from "../../ui/Table";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import "./projects.css";

const EVERY = 5_000; // ms
const PAGE = 1000; // the server's own limit

export default function Projects() {
  const poll = usePoll((signal) => projects.listProjects({ pageSize: PAGE }, { signal }), {
    every: EVERY,
    about: [],
  });
  const creating = useSignal(false);
  const { value, failure } = poll.state.value;
  useTitle("Projects");
  const create = (
    <button type="button" class="primary" onClick={() => (creating.value = true)}>
      Create project
    </button>
  );
  const rows = value && [...value.projects].sort((a, b) => (a.name < b.name ? -1 : 1));
  return (
    <div class="page projects">
      <div class="heading">
        <h1>Projects</h1>
        <div class="end">{create}</div>
      </div>
      <LongTable
        caption="Projects"
        things="projects"
        columns={COLUMNS}
        rows={rows}
        id={(project) => project.name}
        href={(project) => at`projects/${project.name}`}
        failure={failure}
        onRetry={() => void poll.refresh()}
        empty={
          <>
            <h2>No projects yet</h2>
            <p>Triggers and events belong to a project, and see nothing of the others.</p>
            {create}
          </>
        }
      />
      {creating.value && <Creating onClose={() => (creating.value = false)} />}
    </div>
  );
}

const COLUMNS: readonly Column<Project>[] = [
  { head: "Project", cell: ({ name }) => name },
  { head: "State", width: "128px", cell: ({ paused }) => <Running paused={paused} /> },
  { head: "Keeps", width: "34%", cell: (project) => <Keeps of={project} /> },
  { head: "Created", width: "144px", cell: ({ createTime }) => <Time of={createTime} /> },
  {
    head: "Actions",
    width: "120px",
    cell: ({ name }) => (
      <a class="button quiet" href={at`projects/${name}/settings`} aria-label={`Settings of ${name}`}>
        Settings
      </a>
    ),
  },
];

function Keeps({ of: { retention } }: { of: Project }) {
  const parts = [
    retention?.succeeded && `succeeded ${lengthText(retention.succeeded)}`,
    retention?.deadLetters && `dead letters ${lengthText(retention.deadLetters)}`,
    retention?.attempts && `attempts ${lengthText(retention.attempts)}`,
    retention?.unmatched && `unmatched ${lengthText(retention.unmatched)}`,
  ].filter(Boolean);
  return <span class="muted">{parts.length ? parts.join(", ") : "As the server"}</span>;
}

function Creating({ onClose }: { onClose: () => void }) {
  const name = useSignal("");
  const { failed, forget, run } = useDoing();
  const missing = useSignal(false);
  const create = async () => {
    missing.value = !name.value;
    if (missing.value) return;
    await run(async () => {
      await projects.createProject({ project: { name: name.value } });
      await go(at`projects/${name.value}`);
    });
  };
  const said = failed?.fields.get("name");
  return (
    <Dialog
      title="Create a project"
      onClose={onClose}
      onSubmit={() => void create()}
      failure={said ? undefined : failed}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Create project
          </button>
        </>
      }
    >
      <Field
        label="Name"
        error={missing.value ? "Enter a name." : said}
        help="A letter or digit, then up to 62 letters, digits, dots, dashes or underscores."
      >
        {(control) => (
          <input
            {...control}
            class="mono"
            data-first
            autocomplete="off"
            spellcheck={false}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
              forget();
              missing.value = false;
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
