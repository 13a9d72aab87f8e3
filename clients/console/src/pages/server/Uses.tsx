/** How much is used of what has a limit. */
import type { Status, Status_Use } from "@gen/bellrope/v1/server_pb";
import { sizeOf } from "../../text/bytes";
import { Fresh } from "../../ui/Fresh";
import { whole } from "./words";

const bytes = (count: number) => sizeOf(count);

export function Uses({ status }: { status: Status }) {
  return (
    <section aria-labelledby="uses">
      <h2 id="uses">In use now</h2>
      <ul class="uses">
        <Use name="Attempts under way" use={status.attempts} setting="--max-in-flight" />
        <Use
          name="Writes that wait for their commit"
          use={status.waitingWrites}
          setting="--max-waiting-events"
        />
        <Use name="Calls of Eventing" use={status.calls} setting="--max-calls" />
        <Use name="Large requests" use={status.requestBytes} setting="--max-body-memory" said={bytes} />
        <Use name="Unread answers" use={status.answerBytes} setting="--max-answer-memory" said={bytes} />
      </ul>
    </section>
  );
}

function Use({
  name,
  use,
  setting,
  said = whole,
}: {
  name: string;
  use: Status_Use | undefined;
  /** What sets the limit. */
  setting: string;
  said?: (count: number) => string;
}) {
  if (!use) return null;
  const used = Number(use.used);
  const limit = Number(use.limit);
  return (
    <li>
      <span>{name}</span>
      <progress class={used > limit * 0.8 ? "tight" : ""} value={used} max={limit || 1} aria-label={name} />
      <span class="number" title={`The limit is ${setting}.`}>
        <Fresh>{`${said(used)} of ${said(limit)}`}</Fresh>
      </span>
    </li>
  );
}
