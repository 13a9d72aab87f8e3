/** What each trigger owes and why it does not go out, the worst first. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { now } from "../../api/clock";
import type { Failure } from "../../api/failure";
import { owed } from "../../log/owed";
import { counted, date, length, relative } from "../../text/times";
import { Badge } from "../../ui/Badge";
import { filter } from "../../ui/Filters";
import { LongTable } from "../../ui/LongTable";
import type { Column } from "../../ui/Table";
import { Time } from "../../ui/Time";
import { HELD, lastFailure, lateness } from "./owing";
import { fits } from "./TriggerTable";

export interface OwedTableProps {
  project: string;
  /** Undefined until they are known. */
  triggers: readonly Trigger[] | undefined;
  /** Undefined until they are known; the worst first. */
  backlogs: readonly Backlog[] | undefined;
  failure: Failure | undefined;
  onRetry: () => void;
}

export function OwedTable({ project, triggers, backlogs, failure, onRetry }: OwedTableProps) {
  const wanted = filter("q").toLowerCase();
  const found = new Set(triggers?.filter((each) => fits(each, wanted)).map((each) => each.name));
  const rows = triggers && backlogs?.filter((each) => found.has(each.trigger));
  return (
    <LongTable
      caption="What is owed"
      things="triggers"
      columns={columns(now.value)}
      rows={rows}
      id={(backlog) => backlog.trigger}
      href={({ trigger }) => owed({ project, trigger })}
      failure={failure}
      onRetry={onRetry}
      empty={<h2>No trigger owes anything here</h2>}
    />
  );
}

function columns(present: number): Column<Backlog>[] {
  return [
    { head: "Trigger", cell: ({ trigger }) => trigger },
    { head: "Due", width: "96px", end: true, cell: ({ dueCount }) => <Count of={dueCount} /> },
    { head: "Oldest due", width: "120px", cell: (each) => <Oldest of={each} present={present} /> },
    {
      head: "Later",
      width: "96px",
      end: true,
      cell: ({ scheduledCount, dueCount }) => <Count of={scheduledCount - dueCount} />,
    },
    {
      head: "Delivering",
      width: "104px",
      end: true,
      cell: ({ deliveringCount }) => <Count of={deliveringCount} />,
    },
    {
      head: "Dead",
      width: "96px",
      end: true,
      cell: ({ deadLetteredCount }) => <Count of={deadLetteredCount} bad />,
    },
    { head: "Held by", width: "136px", cell: (each) => <Held of={each} /> },
    { head: "Last failure", width: "168px", cell: (each) => <Last of={each} /> },
  ];
}

function Count({ of, bad = false }: { of: number; bad?: boolean }) {
  if (!of) return <Nothing />;
  return <span class={bad ? "bad" : ""}>{counted(of)}</span>;
}

function Oldest({ of, present }: { of: Backlog; present: number }) {
  if (!of.dueTime) return <Nothing />;
  if (of.dueCount) return <>{length(lateness(of, present))}</>;
  return <span class="muted">{relative(date(of.dueTime), present)}</span>;
}

function Held({ of }: { of: Backlog }) {
  const paused = of.paused || of.projectPaused;
  if (!HELD[of.heldBy] && !paused) return <Nothing />;
  return (
    <Badge tone="warn" icon={paused ? "pause" : "half"}>
      {paused ? "Paused" : HELD[of.heldBy]}
    </Badge>
  );
}

function Last({ of }: { of: Backlog }) {
  if (!of.lastFailure) return <Nothing />;
  return (
    <div class="two">
      <code>{lastFailure(of)}</code>
      <span class="muted">
        <Time of={of.lastFailure.startTime} />
      </span>
    </div>
  );
}

function Nothing() {
  return <span class="muted nothing">–</span>;
}
