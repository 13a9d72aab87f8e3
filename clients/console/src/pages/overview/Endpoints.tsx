/** The triggers whose endpoints fail most, or answer most slowly. */
import type { Statistics, Statistics_TriggerTotals } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { at, withQuery } from "../../router";
import { filter, setFilters } from "../../ui/Filters";
import { Fresh } from "../../ui/Fresh";
import { type Column, Table } from "../../ui/Table";
import { errorRate, seconds, share, time, whole } from "./counts";
import { attempts } from "./leads";
import { rangeName, span } from "./range";

type Totals = Statistics_TriggerTotals;

const FEW = 10;

export function Endpoints({ project, statistics }: { project: string; statistics: Statistics | undefined }) {
  const all = useSignal(false);
  const slow = filter("by") === "slow";
  const found = slow ? statistics?.triggers.toSorted(slowest) : statistics?.triggers;
  const shown = all.value ? found : found?.slice(0, FEW);
  return (
    <section class="endpoints" aria-labelledby="endpoints">
      <div class="heading">
        <h2 id="endpoints">Endpoints</h2>
        <div class="end">
          <div class="quick" role="group" aria-label="Which come first">
            <button type="button" aria-pressed={!slow} onClick={() => setFilters({ by: "" })}>
              Most failures first
            </button>
            <button type="button" aria-pressed={slow} onClick={() => setFilters({ by: "slow" })}>
              Slowest first
            </button>
          </div>
        </div>
      </div>
      <Table
        caption="Endpoints"
        columns={statistics ? columns(project, statistics) : EMPTY}
        rows={shown}
        id={(totals) => totals.trigger}
        href={({ trigger }) => withQuery(at`projects/${project}/overview`, { range: rangeName(), trigger })}
        empty={<p>No endpoint was called in this time.</p>}
      />
      {found && shown && found.length > shown.length && (
        <button type="button" class="quiet" onClick={() => (all.value = true)}>
          Show all {found.length}
          {found.length === 100 ? ", the 100 that fail most" : ""}
        </button>
      )}
    </section>
  );
}

function slowest(a: Totals, b: Totals): number {
  return (seconds(b.durationP95) ?? 0) - (seconds(a.durationP95) ?? 0);
}

function columns(project: string, statistics: Statistics): Column<Totals>[] {
  const of = span(statistics, undefined);
  return [
    {
      head: "Trigger",
      cell: ({ trigger }) => trigger,
    },
    {
      head: "Attempts",
      end: true,
      width: "112px",
      cell: ({ succeededCount, failedCount }) => <Fresh>{whole(Number(succeededCount + failedCount))}</Fresh>,
    },
    {
      head: "Failed",
      end: true,
      width: "112px",
      cell: ({ trigger, failedCount }) =>
        failedCount ? (
          <a
            href={attempts({ project, trigger }, of, "failed")}
            aria-label={`${failedCount} failed of ${trigger}`}
          >
            <Fresh>{whole(Number(failedCount))}</Fresh>
          </a>
        ) : (
          "0"
        ),
    },
    {
      head: "Error rate",
      end: true,
      width: "112px",
      cell: ({ succeededCount, failedCount }) => (
        <Fresh>{share(errorRate({ succeeded: Number(succeededCount), failed: Number(failedCount) }))}</Fresh>
      ),
    },
    {
      head: "Dead letters",
      end: true,
      width: "124px",
      cell: (totals) => <Fresh>{whole(Number(totals.deadLetteredCount))}</Fresh>,
    },
    {
      head: "p50",
      end: true,
      width: "96px",
      cell: (totals) => <Fresh>{time(seconds(totals.durationP50))}</Fresh>,
    },
    {
      head: "p95",
      end: true,
      width: "96px",
      cell: (totals) => <Fresh>{time(seconds(totals.durationP95))}</Fresh>,
    },
    {
      head: "Late, p95",
      end: true,
      width: "112px",
      cell: (totals) => <Fresh>{time(seconds(totals.latenessP95))}</Fresh>,
    },
  ];
}

const EMPTY: Column<Totals>[] = [
  "Trigger",
  "Attempts",
  "Failed",
  "Error rate",
  "Dead letters",
  "p50",
  "p95",
].map((head, index) => ({ head, end: index > 0, cell: () => null }));
