/** The deliveries of a project: what fails, why, and when it is tried again. */
import { type Delivery, ListDeliveriesRequest_Order } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { BulkButtons } from "../../log/BulkButtons";
import { ACCEPTED, ATTEMPTS, NEXT, OUTCOME, STATE, TRIGGER, TYPE } from "../../log/columns";
import { isFinal, listed, page } from "../../log/data";
import { FilterBar } from "../../log/FilterBar";
import { type Listing, useList } from "../../log/list";
import { NothingFound } from "../../log/NothingFound";
import { News, Pager } from "../../log/Pager";
import { type Asked, Question } from "../../log/Question";
import { RowActions } from "../../log/RowActions";
import { CLEARED, isNarrowed, wanted, windowOf } from "../../log/wanted";
import type { PageProps } from "../../pages";
import { at, query } from "../../router";
import { filter } from "../../ui/Filters";
import { type Column, Table } from "../../ui/Table";
import { useTitle } from "../../ui/title";
import "../../log/log.css";

const EVERY = 2_000; // ms
const SELDOM = 10_000; // ms, with filters for which the server looks at many rows
const COSTLY = ["text", "status", "error"];

export default function Deliveries({ params }: PageProps) {
  const project = params.project!;
  const asked = useSignal<Asked | undefined>(undefined);
  const list = useList<Delivery>({
    ask: (signal) => page(project, ListDeliveriesRequest_Order.ORDER_UNSPECIFIED, signal),
    one: listed,
    changes: (delivery) => !isFinal(delivery),
    id: (delivery) => delivery.deliveryId,
    about: [project, query.value.toString()],
    every: COSTLY.some((each) => filter(each)) ? SELDOM : EVERY,
  });
  useTitle("Deliveries", project);
  return (
    <div class="page log">
      <div class="heading">
        <h1>Deliveries</h1>
        <div class="end">
          <BulkButtons project={project} wanted={() => wanted()} />
        </div>
      </div>
      <FilterBar project={project} />
      <News of={list} />
      <Table
        caption="Deliveries, the newest first"
        columns={columns((question) => (asked.value = question))}
        rows={list.rows}
        id={(delivery) => delivery.deliveryId}
        href={(delivery) => at`projects/${project}/deliveries/${delivery.deliveryId}`}
        faded={(delivery) => list.gone.has(delivery.deliveryId)}
        failure={list.failure}
        onRetry={() => void list.refresh()}
        expected={10}
        empty={<None project={project} list={list} />}
      />
      <Pager of={list} />
      {asked.value && (
        <Question
          asked={asked.value}
          onDone={() => list.acted(asked.value!.delivery)}
          onClose={() => (asked.value = undefined)}
        />
      )}
    </div>
  );
}

function columns(ask: (asked: Asked) => void): Column<Delivery>[] {
  const actions = {
    head: "Actions",
    width: "160px",
    cell: (delivery: Delivery) => <RowActions delivery={delivery} onAsk={ask} />,
  };
  return [ACCEPTED, TYPE, TRIGGER, STATE, OUTCOME, ATTEMPTS, NEXT, actions];
}

/** How many rows the server looks at for a page, by the filters. */
function looked(): number {
  return filter("text") ? 2_000 : 20_000;
}

function None({ project, list }: { project: string; list: Listing<Delivery> }) {
  return (
    <NothingFound of={list} looked={looked()} narrowed={isNarrowed()} clear={CLEARED} what="deliveries">
      <h2>No deliveries {windowOf() === "all" ? "yet" : "in this time"}</h2>
      <p>A delivery is an event that is owed to a trigger.</p>
      <a class="button primary" href={at`projects/${project}/trigger`}>
        Trigger event
      </a>
    </NothingFound>
  );
}
