/** The deliveries of a project: what fails, why, and when it is tried again. */
import { type Delivery, ListDeliveriesRequest_Order } from "@gen/bellrope/v1/deliveries_pb";
import { ahead } from "../../api/clock";
import { BulkButtons } from "../../log/BulkButtons";
import { ACCEPTED, ATTEMPTS, NEXT, OUTCOME, STATE, TRIGGER, TYPE } from "../../log/columns";
import { DeliveryTable } from "../../log/DeliveryTable";
import { isFinal, listed, page } from "../../log/data";
import { FilterBar } from "../../log/FilterBar";
import { type Listing, useList } from "../../log/list";
import { NothingFound } from "../../log/NothingFound";
import { CLEARED, isNarrowed, wanted, windowOf } from "../../log/wanted";
import type { PageProps } from "../../props";
import { at, query } from "../../router";
import { filter } from "../../ui/Filters";
import { useTitle } from "../../ui/title";
import "../../log/log.css";

const COLUMNS = [ACCEPTED, TYPE, TRIGGER, STATE, OUTCOME, ATTEMPTS, NEXT];
const EVERY = 2_000; // ms
const SELDOM = 10_000; // ms, with filters for which the server looks at many rows
const COSTLY = ["text", "status", "error"];

export default function Deliveries({ params }: PageProps) {
  const project = params.project!;
  const list = useList<Delivery>({
    ask: (signal) => page(project, ListDeliveriesRequest_Order.ORDER_UNSPECIFIED, signal),
    one: listed,
    changes: (delivery) => !isFinal(delivery),
    id: (delivery) => delivery.deliveryId,
    about: [project, query.value.toString(), ahead.value],
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
      <DeliveryTable
        project={project}
        caption="Deliveries, the newest first"
        columns={COLUMNS}
        list={list}
        empty={<None project={project} list={list} />}
      />
    </div>
  );
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
