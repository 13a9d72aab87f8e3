/** The columns that lists of deliveries have in common. */
import { type Attempt, Attempt_Error, type Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { Fragment } from "preact";
import { plain } from "../text/visible";
import { State } from "../ui/Badge";
import type { Column } from "../ui/Table";
import { Text } from "../ui/Text";
import { Stamp, Time } from "../ui/Time";
import { waits } from "./data";

export const ACCEPTED: Column<Delivery> = {
  head: "Accepted",
  width: "104px",
  cell: (delivery) => <Stamp of={delivery.createTime} />,
};

export const TYPE: Column<Delivery> = {
  head: "Event type",
  width: "15%",
  cell: ({ type }) => (
    <code class="clip" title={plain(type)}>
      <Text>{type}</Text>
    </code>
  ),
};

export const TRIGGER: Column<Delivery> = {
  head: "Trigger",
  width: "11%",
  cell: ({ trigger }) => (
    <span class="clip" title={trigger}>
      {trigger}
    </span>
  ),
};

export const STATE: Column<Delivery> = {
  head: "State",
  width: "128px",
  cell: (delivery) => <State of={delivery.state} />,
};

export const OUTCOME: Column<Delivery> = {
  head: "Last outcome",
  cell: ({ attempts, reason }) => <Outcomes attempts={attempts} reason={reason} />,
};

export const ATTEMPTS: Column<Delivery> = {
  head: "Attempts",
  width: "80px",
  end: true,
  cell: ({ attemptCount }) => attemptCount.toLocaleString("en"),
};

export const NEXT: Column<Delivery> = {
  head: "Next attempt",
  width: "104px",
  cell: (delivery) => <Time of={waits(delivery) ? delivery.dueTime : undefined} />,
};

/** How attempts ended; more than one only where the list is about a time. */
function Outcomes({ attempts, reason }: { attempts: readonly Attempt[]; reason: string }) {
  const last = attempts.at(-1);
  const why = last?.error ? body(last) || reason.replaceAll("_", " ") : reason.replaceAll("_", " ");
  if (!attempts.length && !why) return <span class="muted">–</span>;
  return (
    <div class="two" key={`${last?.number} ${why}`}>
      <span>
        {attempts.map((each, index) => (
          <Fragment key={each.number}>
            {index > 0 && " "}
            <Outcome of={each} />
          </Fragment>
        ))}
      </span>
      {why && (
        <span class="muted" title={plain(why)}>
          <Text>{why}</Text>
        </span>
      )}
    </div>
  );
}

/** The status of an attempt, or why it has none. */
export function Outcome({ of }: { of: Attempt }) {
  const { statusCode, error, tlsReason, proxyReason } = of;
  const more = [tlsReason, proxyReason].find(Boolean);
  return (
    <span class={error ? "outcome wrong" : "outcome"}>
      {statusCode > 0 && <span class="number">{statusCode}</span>}
      {error > 0 && !(statusCode && error === Attempt_Error.STATUS) && (
        <code>{more ? `${Attempt_Error[error]} ${more}` : Attempt_Error[error]}</code>
      )}
    </span>
  );
}

const decoder = new TextDecoder();

/** The beginning of what the webhook said, on one line. */
function body({ responseBody }: Attempt): string {
  return decoder.decode(responseBody.subarray(0, 200)).replace(/\s+/g, " ").trim();
}
