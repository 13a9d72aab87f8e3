/** The columns of a list of events. */
import type { Event } from "@gen/bellrope/v1/deliveries_pb";
import { plain } from "../../text/visible";
import { Badge } from "../../ui/Badge";
import type { Column } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { Stamp, Time } from "../../ui/Time";

export const COLUMNS: Column<Event>[] = [
  { head: "Accepted", width: "112px", cell: (event) => <Stamp of={event.acceptTime} /> },
  { head: "Event type", width: "20%", cell: ({ type }) => <Code>{type}</Code> },
  { head: "Data", cell: (event) => <Beginning of={event} /> },
  { head: "Event id", width: "24%", cell: ({ eventId }) => <Code>{eventId}</Code> },
  { head: "Due", width: "104px", cell: (event) => <Time of={isLater(event) ? event.dueTime : undefined} /> },
  { head: "Triggers", width: "96px", cell: (event) => <Matched of={event} /> },
];

function Code({ children }: { children: string }) {
  return (
    <code class="clip" title={plain(children)}>
      <Text>{children}</Text>
    </code>
  );
}

const FEW = 200; // bytes
const decoder = new TextDecoder();

function Beginning({ of: { data } }: { of: Event }) {
  if (!data.length) return <span class="muted">–</span>; // it is long, and left out of lists
  return <Code>{decoder.decode(data.subarray(0, FEW))}</Code>;
}

/** Return whether an event was due later than it was accepted. */
export function isLater({ acceptTime, dueTime }: Event): boolean {
  return !!dueTime && !!acceptTime && dueTime.seconds > acceptTime.seconds;
}

/** How many triggers matched. None is a warning: nothing was called. The server's own events need no trigger. */
function Matched({ of: { deliveryCount, type } }: { of: Event }) {
  if (deliveryCount) return <span class="number">{deliveryCount.toLocaleString("en")}</span>;
  if (type.startsWith("bellrope.")) return <span class="muted">none</span>;
  return (
    <Badge tone="warn" icon="warning">
      None
    </Badge>
  );
}
