/** What a schema would refuse of the last real events, and why. */
import type { TestEventTypeResponse } from "@gen/bellrope/v1/projects_pb";
import type { Trial } from "../../api/trial";
import { at } from "../../router";
import { Badge } from "../../ui/Badge";
import { Id } from "../../ui/Id";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";

export interface RefusedProps {
  project: string;
  trial: Trial<TestEventTypeResponse>;
  /** True if there is no schema to try. */
  empty: boolean;
}

export function Refused({ project, trial, empty }: RefusedProps) {
  return (
    <section class="refused" aria-label="Trial" aria-live="polite">
      {told(project, trial, empty)}
    </section>
  );
}

function told(project: string, { value, failure }: Trial<TestEventTypeResponse>, empty: boolean) {
  if (empty) return <p class="muted">Without a schema, events of this type may have any data.</p>;
  if (failure) return <Notice failure={failure} />;
  if (!value) return <span class="bone" />;
  return (
    <>
      <Badge tone={value.refusedCount ? "warn" : "good"} icon={value.refusedCount ? "warning" : "check"}>
        {verdict(value)}
      </Badge>
      {!!value.results.length && <Places of={value} />}
      <ul>
        {value.results.map(({ eventId, error }) => (
          <li key={eventId}>
            <p>
              <Text>{error}</Text>
            </p>
            <Id of={eventId} href={at`projects/${project}/events/${eventId}`} />
          </li>
        ))}
      </ul>
    </>
  );
}

function verdict({ checkedCount, refusedCount }: TestEventTypeResponse): string {
  if (!checkedCount) return "No event of this type is kept to try it with";
  if (!refusedCount) return `None of the last ${checkedCount} would be refused`;
  return `${refusedCount} of the last ${checkedCount} would be refused`;
}

/** Where in the data the faults are, each place once. */
function Places({ of }: { of: TestEventTypeResponse }) {
  const places = [...new Set(of.results.map(({ error }) => error.split(" ")[0]!))];
  return (
    <p>
      {places.map((place) => (
        <>
          <code>
            <Text>{place}</Text>
          </code>{" "}
        </>
      ))}
    </p>
  );
}
