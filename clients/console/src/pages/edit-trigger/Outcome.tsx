/** What the trigger would do with the event: whether it matches and why not, and the exact request. */
import {
  TestTriggerResponse_Obstacle as Obstacle,
  type TestTriggerResponse,
} from "@gen/bellrope/v1/triggers_pb";
import { Badge } from "../../ui/Badge";
import { Json } from "../../ui/Json";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import type { Verdict } from "./trying";

export function Outcome({ verdict }: { verdict: Verdict }) {
  switch (verdict.kind) {
    case "none":
      return <span class="bone" />;
    case "not yet":
      return <p class="muted">{verdict.sentence}</p>;
    case "refused":
      return <Notice failure={verdict.failure} />;
    case "tried":
      return <Tried answer={verdict.answer} />;
  }
}

function Tried({ answer }: { answer: TestTriggerResponse }) {
  const { matches, obstacles, request } = answer;
  const why = obstacles.map((each) => because(each, answer)).filter(Boolean);
  return (
    <>
      <div class="said">
        <Badge tone={matches ? "good" : "warn"} icon={matches ? "check" : "slash"}>
          {matches ? "Matches" : "Does not match"}
        </Badge>
        {why.map((each) => (
          <p>
            <Text>{each}</Text>
          </p>
        ))}
      </div>
      {request && (
        <>
          <h3>{matches ? "The webhook gets" : "If it matched, the webhook would get"}</h3>
          <pre class="request" tabIndex={0} role="region" aria-label="Request">
            <strong>
              POST <Text>{request.url}</Text>
            </strong>
            {request.headers.map((each) => (
              <>
                {"\n"}
                <Text>{each}</Text>
              </>
            ))}
          </pre>
          <Json bytes={request.body} label="Body" />
        </>
      )}
    </>
  );
}

function because(obstacle: Obstacle, { filterError, schemaError }: TestTriggerResponse): string {
  switch (obstacle) {
    case Obstacle.TYPE:
      return "because the event has another type.";
    case Obstacle.OPTIONS:
      return "because the event lacks one of the options.";
    case Obstacle.FILTER:
      return "because the filter is false.";
    case Obstacle.FILTER_FAILED:
      return `because the filter fails: ${filterError}`;
    case Obstacle.SCHEMA:
      return `because the data does not fit the schema of its type, so the event would be refused: ${schemaError}`;
    case Obstacle.PAUSED:
      return "The trigger is paused: the delivery would wait.";
    case Obstacle.OBSTACLE_UNSPECIFIED:
      return "";
  }
}
