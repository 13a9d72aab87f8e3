/** A list as a table: its rows, or why there are none. On a phone each row is a card. */
import type { ComponentChildren } from "preact";
import type { Failure } from "../api/failure";
import { useKeptFocus } from "./focus";
import { Notice } from "./Notice";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the end, so that their digits are aligned. */
  end?: boolean;
  /** A width in CSS, so that nothing moves when rows change. */
  width?: string;
}

export interface TableProps<Row> {
  /** What the table lists, for those who do not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  /** Undefined while the first answer is awaited. */
  rows: readonly Row[] | undefined;
  id: (row: Row) => string;
  /** Where a row leads: its first cell becomes a link, and the whole row takes the click. */
  href?: (row: Row) => string;
  /** Whether a row is shown only as it was. */
  faded?: (row: Row) => boolean;
  failure?: Failure | undefined;
  onRetry?: () => void;
  /** What is shown instead of rows if there are none. */
  empty: ComponentChildren;
  /** How many rows the skeleton has. */
  expected?: number;
}

export function Table<Row>({
  caption,
  columns,
  rows,
  id,
  href,
  faded,
  failure,
  onRetry,
  empty,
  expected = 5,
}: TableProps<Row>) {
  const focus = useKeptFocus();
  if (failure && !rows) return <Notice failure={failure} onRetry={onRetry} instead />;
  // Below what was last known, so that a failure moves nothing.
  const stale = failure && <Notice failure={failure} onRetry={onRetry} />;
  if (rows && !rows.length)
    return (
      <>
        <div class="empty">{empty}</div>
        {stale}
      </>
    );
  return (
    <>
      <table role="table" aria-busy={!rows} {...focus}>
        <caption class="sr">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ head, end, width }) => (
              <th
                role="columnheader"
                scope="col"
                class={end ? "end" : ""}
                style={width ? { width } : undefined}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows
            ? rows.map((row) => (
                <Row
                  key={id(row)}
                  row={row}
                  columns={columns}
                  href={href?.(row)}
                  faded={faded?.(row) ?? false}
                />
              ))
            : Array.from({ length: expected }, (_, index) => <Skeleton key={index} columns={columns} />)}
        </tbody>
      </table>
      {stale}
    </>
  );
}

function Row<Row>({
  row,
  columns,
  href,
  faded,
}: {
  row: Row;
  columns: readonly Column<Row>[];
  href: string | undefined;
  faded: boolean;
}) {
  const looks = [href && "leads", faded && "faded"].filter(Boolean);
  return (
    <tr
      role="row"
      class={looks.join(" ")}
      title={faded ? "The filters do not find this any more." : undefined}
    >
      {columns.map(({ head, cell, end }, index) => (
        <td role="cell" class={end ? "end" : ""} data-head={head}>
          {href && !index ? (
            <a class="row" href={href}>
              {cell(row)}
            </a>
          ) : (
            cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function Skeleton<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <tr role="row" class="skeleton">
      {columns.map(({ head, end }) => (
        <td role="cell" class={end ? "end" : ""} data-head={head}>
          <span class="bone" />
        </td>
      ))}
    </tr>
  );
}
