/** One line of the live view: a fact, or what is missing. */
import { TailResponse_Kind as Kind, type TailResponse } from "@gen/bellrope/v1/deliveries_pb";
import { Outcome } from "../../log/columns";
import { at } from "../../router";
import { date, exact, took, written } from "../../text/times";
import { Badge, State } from "../../ui/Badge";
import { Icon } from "../../ui/Icon";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import type { Entry } from "./entries";

export interface RowProps {
  entry: Entry;
  project: string;
  /** Pixels from the top. */
  place: number;
  /** Its index among all rows, the newest one first. */
  index: number;
  /** How many rows there are. */
  size: number;
}

export function Row({ entry, project, place, index, size }: RowProps) {
  return (
    <li
      class={`fact ${entry.kind}`}
      aria-posinset={index + 1}
      aria-setsize={size}
      style={{ transform: `translateY(${place}px)` }}
    >
      {entry.kind === "fact" ? <Fact of={entry.fact} project={project} /> : <Missing of={entry} />}
    </li>
  );
}

function Missing({ of }: { of: Exclude<Entry, { kind: "fact" }> }) {
  return (
    <span class="missing">
      <Icon name="warning" />
      {of.kind === "lost"
        ? `${of.count.toLocaleString("en")} lost: this page read too slowly. The lists have all of them.`
        : `Not watched from ${clock(of.from)} to ${clock(of.until)}: ${
            of.why === "hidden" ? "the tab was hidden" : "there was no connection"
          }. The lists have what happened.`}
    </span>
  );
}

function Fact({ of, project }: { of: TailResponse; project: string }) {
  const { type, trigger, deliveryId, eventId } = of;
  const href = deliveryId
    ? at`projects/${project}/deliveries/${deliveryId}`
    : at`projects/${project}/events/${eventId}`;
  return (
    <>
      <span class="at number" title={of.time && exact(of.time)}>
        {of.time && clock(date(of.time))}
      </span>
      <span class="state">
        <What of={of} />
      </span>
      <span class="of">
        <a href={href} title={deliveryId || eventId}>
          <code>
            <Text>{type}</Text>
          </code>
        </a>
      </span>
      <span class="to">{trigger}</span>
      <span class="how">
        <How of={of} />
      </span>
    </>
  );
}

function What({ of: { kind, state } }: { of: TailResponse }) {
  if (kind === Kind.EVENT_ACCEPTED)
    return (
      <Badge tone="calm" icon="bolt">
        Accepted
      </Badge>
    );
  if (state) return <State of={state} />;
  return (
    <Badge tone="warn" icon="warning">
      Late
    </Badge>
  );
}

function How({ of: { kind, type, deliveryCount, attempt, dueTime } }: { of: TailResponse }) {
  if (kind === Kind.EVENT_ACCEPTED) {
    if (!deliveryCount && type.startsWith("bellrope.")) return null; // the server's own events need no trigger
    if (!deliveryCount) return <span class="muted">no trigger matched</span>;
    return (
      <span class="muted">{deliveryCount === 1 ? "for 1 trigger" : `for ${deliveryCount} triggers`}</span>
    );
  }
  return (
    <>
      {attempt && <Outcome of={attempt} />}
      {attempt?.duration && <span class="muted number">{took(attempt.duration)}</span>}
      {dueTime && (
        <span class="muted">
          due <Time of={dueTime} />
        </span>
      )}
    </>
  );
}

/** A time of the reader's clock with its milliseconds. */
function clock(time: Date): string {
  return `${written(time).slice(11)}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}
