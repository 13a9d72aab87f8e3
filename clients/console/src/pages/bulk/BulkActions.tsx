/** The bulk actions of a project: those that run, and what became of the others. */
import { type BulkAction, BulkAction_State } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../../api/clients";
import { PAGE } from "../../log/data";
import { type Page, useList } from "../../log/list";
import { News, Pager } from "../../log/Pager";
import type { PageProps } from "../../props";
import { at, query } from "../../router";
import { type Column, Table } from "../../ui/Table";
import { Stamp } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { BulkState, Far, what } from "./parts";
import { Stop } from "./Stop";
import "../../log/log.css";
import "./bulk.css";

const EVERY = 2_000; // ms

export default function BulkActions({ params }: PageProps) {
  const project = params.project!;
  const stopping = useSignal<BulkAction | undefined>(undefined);
  const list = useList<BulkAction>({
    ask: (signal) => page(project, signal),
    id: (action) => action.bulkAction,
    about: [project, query.value.toString()],
    every: EVERY,
  });
  useTitle("Bulk actions", project);
  return (
    <div class="page log">
      <div class="heading">
        <h1>Bulk actions</h1>
        <div class="end">
          <News of={list} />
        </div>
      </div>
      <Table
        caption="Bulk actions, the newest first"
        columns={columns((action) => (stopping.value = action))}
        rows={list.rows}
        id={(action) => action.bulkAction}
        href={(action) => at`projects/${project}/bulk/${action.bulkAction}`}
        failure={list.failure}
        onRetry={() => void list.refresh()}
        empty={<None project={project} />}
      />
      <Pager of={list} />
      {stopping.value && (
        <Stop action={stopping.value} onDone={list.refresh} onClose={() => (stopping.value = undefined)} />
      )}
    </div>
  );
}

async function page(project: string, signal: AbortSignal): Promise<Page<BulkAction>> {
  const pageToken = query.value.get("page") ?? "";
  const answer = await deliveries.listBulkActions({ project, pageSize: PAGE, pageToken }, { signal });
  return { rows: answer.bulkActions, next: answer.nextPageToken, asOf: 0 };
}

function columns(onStop: (action: BulkAction) => void): Column<BulkAction>[] {
  return [
    { head: "Begun", width: "112px", cell: (action) => <Stamp of={action.createTime} /> },
    { head: "Action", width: "26%", cell: (action) => what(action) },
    { head: "State", width: "128px", cell: (action) => <BulkState of={action} /> },
    { head: "Progress", cell: (action) => <Far of={action} /> },
    {
      head: "Actions",
      width: "88px",
      cell: (action) =>
        action.state === BulkAction_State.RUNNING && (
          <button type="button" aria-label={`Stop ${action.bulkAction}`} onClick={() => onStop(action)}>
            Stop
          </button>
        ),
    },
  ];
}

function None({ project }: { project: string }) {
  return (
    <>
      <h2>No bulk actions yet</h2>
      <p>A bulk action replays, reschedules or cancels all deliveries that filters find.</p>
      <a class="button primary" href={at`projects/${project}/deliveries`}>
        Choose deliveries
      </a>
    </>
  );
}
