/** The events of a project, as they were accepted. */
import { BulkAction_Action, type Event } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../../api/clients";
import { ahead } from "../../api/clock";
import { BulkQuestion } from "../../log/BulkQuestion";
import { PAGE } from "../../log/data";
import { type Listing, type Page, useList } from "../../log/list";
import { NothingFound } from "../../log/NothingFound";
import { News, Pager } from "../../log/Pager";
import { presentOf, wanted, windowOf } from "../../log/wanted";
import type { PageProps } from "../../props";
import { at, query } from "../../router";
import { filter } from "../../ui/Filters";
import { Table } from "../../ui/Table";
import { useTitle } from "../../ui/title";
import { COLUMNS } from "./columns";
import { EventFilters, NARROWING } from "./EventFilters";
import "../../log/log.css";

const EVERY = 2_000; // ms
const LOOKED = 200_000; // events that the server looks at for a page

export default function Events({ params }: PageProps) {
  const project = params.project!;
  const sending = useSignal(false);
  const list = useList<Event>({
    ask: (signal) => page(project, signal),
    changes: () => false, // an event never changes
    id: (event) => event.eventId,
    about: [project, query.value.toString(), ahead.value],
    every: EVERY,
  });
  useTitle("Events", project);
  return (
    <div class="page log">
      <div class="heading">
        <h1>Events</h1>
        <div class="end">
          <button type="button" onClick={() => (sending.value = true)}>
            Send all to a trigger…
          </button>
          <a class="button primary" href={at`projects/${project}/trigger`}>
            Trigger event
          </a>
        </div>
      </div>
      <EventFilters />
      <News of={list} />
      <Table
        caption="Events, the newest first"
        columns={COLUMNS}
        rows={list.rows}
        id={(event) => event.eventId}
        href={(event) => at`projects/${project}/events/${event.eventId}`}
        failure={list.failure}
        onRetry={() => void list.refresh()}
        expected={10}
        empty={<None project={project} list={list} />}
      />
      <Pager of={list} />
      {sending.value && (
        <BulkQuestion
          project={project}
          action={BulkAction_Action.REPLAY_EVENTS}
          events={chosen()}
          onClose={() => (sending.value = false)}
        />
      )}
    </div>
  );
}

/** Which events are wanted, by the filters in the address. */
function chosen(present = presentOf()) {
  const { fromTime, untilTime } = wanted(present);
  return {
    type: filter("type"),
    idPrefix: filter("id"),
    unmatched: !!filter("unmatched"),
    fromTime: filter("id") && !filter("since") ? undefined : fromTime, // an id is looked for at any time
    untilTime,
  };
}

async function page(project: string, signal: AbortSignal): Promise<Page<Event>> {
  const asOf = presentOf();
  const pageToken = query.value.get("page") ?? "";
  const request = { project, pageSize: PAGE, pageToken, ...chosen(asOf) };
  const answer = await deliveries.listEvents(request, { signal });
  return { rows: answer.events, next: answer.nextPageToken, asOf };
}

function None({ project, list }: { project: string; list: Listing<Event> }) {
  const narrowed = NARROWING.some((each) => filter(each));
  const clear = Object.fromEntries([...NARROWING, "since"].map((each) => [each, ""]));
  return (
    <NothingFound of={list} looked={LOOKED} narrowed={narrowed} clear={clear} what="events">
      <h2>No events {windowOf() === "all" ? "yet" : "in this time"}</h2>
      <p>An event is what happened: a type, and data as JSON.</p>
      <a class="button primary" href={at`projects/${project}/trigger`}>
        Trigger event
      </a>
    </NothingFound>
  );
}
