/** A list of deliveries that can be acted on, with what is new above it and its other pages below it. */
import type { Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { at } from "../router";
import { type Column, Table } from "../ui/Table";
import type { Listing } from "./list";
import { News, Pager } from "./Pager";
import { type Asked, Question } from "./Question";
import { RowActions } from "./RowActions";

export interface DeliveryTableProps {
  project: string;
  caption: string;
  /** Without the actions, which come last. */
  columns: readonly Column<Delivery>[];
  list: Listing<Delivery>;
  /** What stands there if the list has no row. */
  empty: ComponentChildren;
}

export function DeliveryTable({ project, caption, columns, list, empty }: DeliveryTableProps) {
  const asked = useSignal<Asked | undefined>(undefined);
  const actions: Column<Delivery> = {
    head: "Actions",
    width: "160px",
    cell: (delivery) => <RowActions delivery={delivery} onAsk={(question) => (asked.value = question)} />,
  };
  return (
    <>
      <News of={list} />
      <Table
        caption={caption}
        columns={[...columns, actions]}
        rows={list.rows}
        id={(delivery) => delivery.deliveryId}
        href={(delivery) => at`projects/${project}/deliveries/${delivery.deliveryId}`}
        faded={(delivery) => list.gone.has(delivery.deliveryId)}
        failure={list.failure}
        onRetry={() => void list.refresh()}
        expected={10}
        empty={empty}
      />
      <Pager of={list} />
      {asked.value && (
        <Question
          asked={asked.value}
          onDone={() => list.acted(asked.value!.delivery)}
          onClose={() => (asked.value = undefined)}
        />
      )}
    </>
  );
}
