/** How the server is, by /readyz: a dot of its own shape and a word. */
import { type Readiness, readiness } from "../api/readiness";
import { written } from "../text/times";
import { Badge } from "../ui/Badge";

export function ServerDot() {
  return (
    <span class="server" role="status">
      <span key={readiness.value.state}>{told(readiness.value)}</span>
    </span>
  );
}

function told(is: Readiness) {
  switch (is.state) {
    case "unknown":
      return null;
    case "ready":
      return (
        <Badge tone="good" icon="dot">
          Ready
        </Badge>
      );
    case "not ready":
      return (
        <span title={is.why}>
          <Badge tone="warn" icon="warning">
            Not ready
          </Badge>
        </span>
      );
    case "not reachable":
      return (
        <Badge tone="bad" icon="cross">{`Not reachable since ${written(is.since).slice(11, 16)}`}</Badge>
      );
  }
}
