/** A list of any length as a table: its beginning, and all of it when one asks, a few rows at a time. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Table, type TableProps } from "./Table";

const FEW = 100; // rows that are shown at first
const STEP = 20; // rows that are added in one task, so that the page stays free between them

export interface LongTableProps<Row> extends TableProps<Row> {
  /** What the rows are, as in "Show all 500 triggers". */
  things: string;
}

export function LongTable<Row>({ rows, things, ...looks }: LongTableProps<Row>) {
  const all = useSignal(false);
  const most = useSignal(FEW);
  const count = rows?.length ?? 0;
  const grows = all.value && most.value < count;
  useEffect(() => {
    if (!grows) return;
    const timer = window.setTimeout(() => {
      most.value += STEP;
    });
    return () => clearTimeout(timer);
  }, [grows, most.value]);
  return (
    <>
      <Table {...looks} rows={rows?.slice(0, most.value)} />
      {!all.value && count > FEW && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            all.value = true;
          }}
        >
          Show all {count.toLocaleString("en")} {things}
        </button>
      )}
    </>
  );
}
