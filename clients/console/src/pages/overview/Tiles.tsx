/** The sums of the whole time, and what waits now. */
import type { Backlog, Statistics } from "@gen/bellrope/v1/deliveries_pb";
import { now, present } from "../../api/clock";
import type { Polled } from "../../api/poll";
import { owed } from "../../log/owed";
import { counted, date, length } from "../../text/times";
import { share, sums, whole } from "./counts";
import { attempts, type Lead } from "./leads";
import { span } from "./range";

export interface TilesProps extends Lead {
  statistics: Statistics | undefined;
  waiting: Polled<readonly Backlog[]>;
}

export function Tiles({ project, trigger, statistics, waiting }: TilesProps) {
  const all = statistics && sums(statistics.bars);
  const attempted = all ? all.succeeded + all.failed : 0;
  const to = (which?: "succeeded" | "failed" | "dead") =>
    statistics && attempts({ project, trigger }, span(statistics, undefined), which);
  const part = (count: number) => (attempted ? `${share(count / attempted)} of attempts` : "");
  return (
    <ul class="tiles">
      {!trigger && (
        <Tile name="Events in" value={all && whole(all.accepted)} more={statistics && pace(statistics)} />
      )}
      <Tile
        name="Succeeded"
        value={all && whole(all.succeeded)}
        more={all && part(all.succeeded)}
        href={to("succeeded")}
      />
      <Tile
        name="Failed"
        value={all && whole(all.failed)}
        more={all && part(all.failed)}
        href={to("failed")}
        bad={!!all?.failed}
      />
      <Tile
        name="Dead letters"
        value={all && whole(all.dead)}
        more={all && part(all.dead)}
        href={to("dead")}
        bad={!!all?.dead}
      />
      <Waiting project={project} trigger={trigger} waiting={waiting} />
    </ul>
  );
}

const PACES = [
  ["a minute", 60_000],
  ["an hour", 3_600_000],
  ["a day", 86_400_000],
] as const; // ms

/** How many events came on average: in a minute, or in a longer time if fewer than one came in that. */
function pace(statistics: Statistics): string {
  const { from } = span(statistics, undefined);
  const each = sums(statistics.bars).accepted / Math.max(60_000, present() - from.getTime());
  const [words, size] = PACES.find(([, unit]) => each * unit >= 1) ?? PACES.at(-1)!;
  const rate = each * size;
  return rate ? `${rate < 10 ? rate.toFixed(1) : whole(Math.round(rate))} ${words}` : "";
}

function Waiting({ project, trigger, waiting: { value: waiting, failure } }: Omit<TilesProps, "statistics">) {
  const due = waiting?.reduce((all, each) => all + each.dueCount, 0);
  const later = waiting?.reduce((all, each) => all + each.scheduledCount - each.dueCount, 0);
  const times = waiting?.flatMap(({ dueCount, dueTime }) => (dueCount && dueTime ? [+date(dueTime)] : []));
  const oldest = times?.length ? `oldest ${length(Math.max(0, now.value - Math.min(...times)) / 1000)}` : "";
  return (
    <Tile
      name="Due now"
      value={due === undefined ? failure && "–" : counted(due)}
      more={
        failure?.denied
          ? "may not be read"
          : [oldest, later ? `${counted(later)} later` : ""].filter(Boolean).join(", ")
      }
      href={owed({ project, trigger, state: "scheduled" })}
    />
  );
}

interface TileProps {
  name: string;
  /** Undefined until it is known. */
  value: string | undefined;
  more?: string | undefined;
  href?: string | undefined;
  bad?: boolean;
}

function Tile({ name, value, more, href, bad }: TileProps) {
  const said = (
    <>
      <span class="name">{name}</span>
      <strong class="number">{value ?? <span class="bone" />}</strong>
      <span class="muted number">{more}</span>
    </>
  );
  return <li class={bad ? "bad" : ""}>{href ? <a href={href}>{said}</a> : <div>{said}</div>}</li>;
}
