/** How the server is, by /readyz: a dot of its own shape and a word, which lead to more about it. */
import { type Readiness, readiness } from "../api/readiness";
import { at } from "../router";
import { written } from "../text/times";
import { Badge } from "../ui/Badge";

export function ServerDot() {
  return (
    <div class="server" role="status">
      {readiness.value.state !== "unknown" && (
        <a key={readiness.value.state} href={at`server`} title="How the server is">
          {told(readiness.value)}
        </a>
      )}
    </div>
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
        <Badge tone="bad" icon="cross">
          Not reachable<span class="since"> since {written(is.since).slice(11, 16)}</span>
        </Badge>
      );
  }
}
