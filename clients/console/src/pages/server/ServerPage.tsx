/** Whether the server itself is well: what it checks, what it uses, and what it refuses. */

import type { Status } from "@gen/bellrope/v1/server_pb";
import { now } from "../../api/clock";
import type { Failure } from "../../api/failure";
import { date, length, written } from "../../text/times";
import { Badge } from "../../ui/Badge";
import { Clocks } from "../../ui/Clocks";
import { Facts } from "../../ui/Facts";
import { Icon } from "../../ui/Icon";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { Checks } from "./Checks";
import { Database } from "./Database";
import { Kept } from "./Kept";
import { Nodes } from "./Nodes";
import { Refused } from "./Refused";
import { staleSince, useStatus } from "./status";
import { Uses } from "./Uses";
import "./server.css";

export default function ServerPage() {
  const poll = useStatus();
  const { value, failure } = poll.state.value;
  const stale = staleSince(value, !!failure);
  useTitle("Server");
  return (
    <div class="page server-page">
      <div class="heading">
        <h1>Server</h1>
        {value && <Standing status={value.status} stale={stale} />}
      </div>
      <Said failure={failure} stale={stale} known={!!value} onRetry={() => void poll.refresh()} />
      {value ? (
        <div key="parts" class={stale ? "parts stale" : "parts"}>
          <Parts status={value.status} />
        </div>
      ) : (
        !failure && <Loading key="loading" />
      )}
    </div>
  );
}

function Parts({ status }: { status: Status }) {
  return (
    <>
      <section>
        <Facts
          facts={[
            ["Version", <code>{status.version}</code>],
            ["Started", <Started of={status} />],
            ["Longest pause", <LongestPause of={status} />],
          ]}
        />
        <Clocks />
      </section>
      <Checks checks={status.checks} />
      <Uses status={status} />
      <Database database={status.database} />
      <Nodes nodes={status.nodes} />
      <Kept retention={status.retention} />
      <Refused calls={status.refusedCalls} />
    </>
  );
}

function Standing({ status, stale }: { status: Status; stale: Date | undefined }) {
  if (stale)
    return <Badge tone="bad" icon="cross">{`Not reachable since ${written(stale).slice(11)}`}</Badge>;
  if (status.ready)
    return (
      <Badge tone="good" icon="dot">
        Ready
      </Badge>
    );
  return <Badge tone="warn" icon="warning">{`Not ready: ${status.unreadyReasons.join(", ")}`}</Badge>;
}

/** One line that is always there, so that nothing below it moves. */
function Said({
  failure,
  stale,
  known,
  onRetry,
}: {
  failure: Failure | undefined;
  stale: Date | undefined;
  known: boolean;
  onRetry: () => void;
}) {
  if (failure && !known) return <Notice failure={failure} onRetry={onRetry} instead />;
  if (!stale) return <p class="muted said">Asked every two seconds.</p>;
  return (
    <p class="said bad" role="alert">
      <Icon name="warning" />
      What is below is from {written(stale).slice(11)}, and not how the server is now.{" "}
      {failure && <Text>{failure.sentence}</Text>}
    </p>
  );
}

function Started({ of }: { of: Status }) {
  if (!of.startTime) return null;
  const since = (now.value - date(of.startTime).getTime()) / 1000;
  return (
    <>
      <Time of={of.startTime} as="date" />
      <span class="muted number">{`, ${length(Math.max(0, since))} ago`}</span>
    </>
  );
}

function LongestPause({ of }: { of: Status }) {
  const pause = of.longestPause;
  if (!pause) return null;
  const ms = Number(pause.seconds) * 1000 + pause.nanos / 1e6;
  return (
    <span class="number" title="The longest time since the start in which the server did nothing else.">
      {ms < 1000 ? `${Math.round(ms)} ms` : length(ms / 1000)}
    </span>
  );
}

function Loading() {
  return (
    <div class="parts" aria-busy="true">
      {[120, 200, 240, 160].map((height) => (
        <section key={height} style={{ height }}>
          <span class="bone" />
        </section>
      ))}
    </div>
  );
}
