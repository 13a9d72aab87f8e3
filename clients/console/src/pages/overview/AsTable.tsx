/** What the charts draw, as a table: for screen readers, and to copy. It is made when it is opened. */
import type { Statistics } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { errorRate, seconds, share, sums, time, whole } from "./counts";
import { attempts, type Lead } from "./leads";
import { span } from "./range";
import { period } from "./words";

const HEADS = [
  "Succeeded",
  "Failed",
  "Error rate",
  "Dead letters",
  "p50",
  "p95",
  "Late, p95",
  "Waiting",
  "Due",
];

export function AsTable({ statistics, to }: { statistics: Statistics | undefined; to: Lead }) {
  const open = useSignal(false);
  return (
    <details class="as-table" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>The charts as a table, without empty bars</summary>
      {open.value && statistics && <Rows statistics={statistics} to={to} />}
    </details>
  );
}

function Rows({ statistics, to }: { statistics: Statistics; to: Lead }) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="The charts as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {!to.trigger && (
              <th scope="col" class="end">
                Events in
              </th>
            )}
            {HEADS.map((head) => (
              <th key={head} scope="col" class="end">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {statistics.bars.map((bar, index) => {
            const of = span(statistics, index);
            const all = sums([bar]);
            if (!all.accepted && !all.succeeded && !all.failed && !bar.scheduledCount) return null;
            return (
              <tr key={index}>
                <th scope="row" class="number">
                  {period(of)}
                </th>
                {!to.trigger && <td class="end">{whole(all.accepted)}</td>}
                <td class="end">{linked(all.succeeded, attempts(to, of, "succeeded"))}</td>
                <td class="end">{linked(all.failed, attempts(to, of, "failed"))}</td>
                <td class="end">{share(errorRate(all))}</td>
                <td class="end">{whole(all.dead)}</td>
                <td class="end">{time(seconds(bar.durationP50))}</td>
                <td class="end">{time(seconds(bar.durationP95))}</td>
                <td class="end">{time(seconds(bar.latenessP95))}</td>
                <td class="end">{whole(Number(bar.scheduledCount))}</td>
                <td class="end">{whole(Number(bar.dueCount))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function linked(count: number, href: string) {
  return count ? <a href={href}>{whole(count)}</a> : "0";
}
