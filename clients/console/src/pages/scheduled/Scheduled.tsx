/** The deliveries that wait, in the order in which they are due. */
import { type Delivery, Delivery_State, ListDeliveriesRequest_Order } from "@gen/bellrope/v1/deliveries_pb";
import { deliveries } from "../../api/clients";
import { ahead } from "../../api/clock";
import { BulkButtons } from "../../log/BulkButtons";
import { ATTEMPTS, OUTCOME, TRIGGER, TYPE } from "../../log/columns";
import { DeliveryTable } from "../../log/DeliveryTable";
import { isFinal, listed, PAGE, waits } from "../../log/data";
import { type Listing, type Page, useList } from "../../log/list";
import { NothingFound } from "../../log/NothingFound";
import { TriggerField } from "../../log/TriggerField";
import { Typed } from "../../log/Typed";
import { presentOf, type Wanted } from "../../log/wanted";
import type { PageProps } from "../../props";
import { at, query } from "../../router";
import { timestamp } from "../../text/times";
import { State } from "../../ui/Badge";
import { Field } from "../../ui/Field";
import { filter, setFilters } from "../../ui/Filters";
import type { Column } from "../../ui/Table";
import { Stamp, Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import "../../log/log.css";

const EVERY = 2_000; // ms
const HOUR = 3_600_000; // ms
const LOOKED = 20_000; // deliveries that the server looks at for a page

/** When what is wanted is due: what it is called, and its bounds in hours from now. */
const DUE: Record<string, readonly [string, number | undefined, number | undefined]> = {
  "": ["At any time", undefined, undefined],
  now: ["Now: it is due, and waits", undefined, 0],
  "1h": ["In the next hour", 0, 1],
  "24h": ["In the next 24 hours", 0, 24],
  "7d": ["In the next 7 days", 0, 168],
  later: ["Later than in 7 days", 168, undefined],
};

const COLUMNS: readonly Column<Delivery>[] = [
  { head: "Due", width: "112px", cell: (delivery) => <Stamp of={delivery.dueTime} /> },
  { head: "State", width: "136px", cell: (delivery) => <When of={delivery} /> },
  TYPE,
  TRIGGER,
  OUTCOME,
  ATTEMPTS,
];

export default function Scheduled({ params }: PageProps) {
  const project = params.project!;
  const list = useList<Delivery>({
    ask: (signal) => page(project, signal),
    one: listed,
    changes: (delivery) => !isFinal(delivery),
    id: (delivery) => delivery.deliveryId,
    about: [project, query.value.toString(), ahead.value],
    every: EVERY,
  });
  useTitle("Scheduled", project);
  return (
    <div class="page log">
      <div class="heading">
        <h1>Scheduled</h1>
        <div class="end">
          <BulkButtons project={project} wanted={() => chosen()} />
        </div>
      </div>
      <search class="filters">
        <div class="line">
          <DueField />
          <TriggerField project={project} />
          <Typed name="type" label="Event type" placeholder="Any" mono />
        </div>
      </search>
      <DeliveryTable
        project={project}
        caption="Deliveries that wait, those that are due next first"
        columns={COLUMNS}
        list={list}
        empty={<None project={project} list={list} />}
      />
    </div>
  );
}

/** Which deliveries are wanted, by the filters in the address. */
function chosen(present = presentOf()): Wanted {
  const [, from, until] = DUE[filter("due")] ?? DUE[""]!;
  const time = (hours: number | undefined) =>
    hours === undefined ? undefined : timestamp(new Date(present + hours * HOUR));
  return {
    state: Delivery_State.SCHEDULED,
    trigger: filter("trigger"),
    type: filter("type"),
    dueFromTime: time(from),
    dueUntilTime: time(until),
  };
}

async function page(project: string, signal: AbortSignal): Promise<Page<Delivery>> {
  const asOf = presentOf();
  const answer = await deliveries.listDeliveries(
    {
      project,
      filter: chosen(asOf),
      order: ListDeliveriesRequest_Order.DUE_TIME,
      pageSize: PAGE,
      pageToken: query.value.get("page") ?? "",
      attemptsEach: 1,
    },
    { signal },
  );
  return { rows: answer.deliveries, next: answer.nextPageToken, asOf };
}

function DueField() {
  return (
    <Field label="Due">
      {(control) => (
        <select
          {...control}
          value={filter("due")}
          onChange={(event) => setFilters({ due: event.currentTarget.value })}
        >
          {Object.entries(DUE).map(([value, [words]]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** How long it still waits, or what became of it since the list was shown. */
function When({ of }: { of: Delivery }) {
  return waits(of) ? <Time of={of.dueTime} /> : <State of={of.state} />;
}

function None({ project, list }: { project: string; list: Listing<Delivery> }) {
  const narrowed = ["due", "trigger", "type"].some((each) => filter(each));
  const clear = { due: "", trigger: "", type: "" };
  return (
    <NothingFound of={list} looked={LOOKED} narrowed={narrowed} clear={clear} what="deliveries">
      <h2>Nothing waits</h2>
      <p>Here are events that are due later, and deliveries that are tried again.</p>
      <a class="button primary" href={at`projects/${project}/trigger`}>
        Schedule an event
      </a>
    </NothingFound>
  );
}
