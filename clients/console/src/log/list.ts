/** A list that is looked at while it changes: its rows stay where they are until the reader wants the new ones. */
import { useRef } from "preact/hooks";
import type { Failure } from "../api/failure";
import { usePoll } from "../api/poll";

/** A page as the server has it. */
export interface Page<Row> {
  rows: readonly Row[];
  /** Leads to the page after it; empty after the last one. */
  next: string;
  /** The present that the bounds of its time were made from. It belongs to `next`, which fits no other bounds. */
  asOf: number;
}

export interface Listing<Row> {
  /** Undefined until the first answer. */
  rows: readonly Row[] | undefined;
  /** The ids of rows that are shown as they were: the filters do not find them any more. */
  gone: ReadonlySet<string>;
  /** How many rows the server has that are not shown yet. */
  fresh: number;
  next: string;
  asOf: number;
  failure: Failure | undefined;
  /** Ask now; the rows stay where they are. */
  refresh: () => Promise<void>;
  /** Show what the server has now. */
  update: () => Promise<void>;
  /** Ask after a row was acted on: it is shown as it is now, even if the filters no longer find it. */
  acted: (row: Row) => Promise<void>;
}

interface Shown<Row> extends Page<Row> {
  gone: ReadonlySet<string>;
  fresh: number;
}

export interface ListOptions<Row> {
  ask: (signal: AbortSignal) => Promise<Page<Row>>;
  /** Asks for one row that the list does not find any more; without it such rows stay as they were. */
  one?: (row: Row, signal: AbortSignal) => Promise<Row>;
  /** Whether a row that is lost may still change. */
  changes?: (row: Row) => boolean;
  id: (row: Row) => string;
  /** What the list depends on: with another one it begins again. */
  about: readonly unknown[];
  /** Milliseconds between questions. */
  every: number;
}

const MOST = 10; // rows that are asked for one by one

export function useList<Row>({
  ask,
  one,
  changes = () => true,
  id,
  about,
  every,
}: ListOptions<Row>): Listing<Row> {
  const renew = useRef(false);
  const touched = useRef(new Set<string>());
  const last = useRef<{ about: string; shown: Shown<Row> } | undefined>(undefined);
  const key = JSON.stringify(about);
  const poll = usePoll(
    async (signal) => {
      const page = await ask(signal);
      const before = last.current?.about === key ? last.current.shown : undefined;
      if (!before?.rows.length || renew.current) return { ...page, gone: new Set<string>(), fresh: 0 };
      const asked = one
        ? await Promise.all(lost(before, page).map((row) => one(row, signal).catch(nothing)))
        : [];
      return merged(before, page, asked.filter(is), id);
    },
    { every, about },
  );
  const { value, failure } = poll.state.value;
  last.current = value && { about: key, shown: value };
  const lost = (before: Page<Row>, page: Page<Row>) => {
    const found = new Set(page.rows.map(id));
    const moves = (row: Row) => changes(row) || touched.current.has(id(row));
    return before.rows.filter((row) => !found.has(id(row)) && moves(row)).slice(0, MOST);
  };
  const update = async () => {
    renew.current = true;
    await poll.refresh();
    renew.current = false;
  };
  return {
    rows: value?.rows,
    gone: value?.gone ?? new Set(),
    fresh: value?.fresh ?? 0,
    next: value?.next ?? "",
    asOf: value?.asOf ?? 0,
    failure,
    refresh: poll.refresh,
    update,
    acted: (row) => {
      touched.current.add(id(row));
      return poll.refresh();
    },
  };
}

/** Return the rows that were shown, in the same order, each as it is now. */
export function merged<Row>(
  before: Page<Row>,
  page: Page<Row>,
  asked: readonly Row[],
  id: (row: Row) => string,
): Shown<Row> {
  const found = new Set(page.rows.map(id));
  const now = new Map([...asked, ...page.rows].map((row) => [id(row), row]));
  const shown = new Set(before.rows.map(id));
  return {
    rows: before.rows.map((row) => now.get(id(row)) ?? row),
    next: page.next,
    asOf: page.asOf,
    gone: new Set([...shown].filter((each) => !found.has(each))),
    fresh: page.rows.filter((row) => !shown.has(id(row))).length,
  };
}

const nothing = () => undefined;
const is = <T>(value: T | undefined): value is T => value !== undefined;
