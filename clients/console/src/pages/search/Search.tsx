/** What an id means, if that is not one thing: events whose ids begin with it, or a delivery. */
import { usePoll } from "../../api/poll";
import { type Found, find } from "../../log/search";
import { Typed } from "../../log/Typed";
import type { PageProps } from "../../props";
import { at } from "../../router";
import { filter } from "../../ui/Filters";
import { Id } from "../../ui/Id";
import { Notice } from "../../ui/Notice";
import { Table } from "../../ui/Table";
import { Text } from "../../ui/Text";
import { useTitle } from "../../ui/title";
import { COLUMNS } from "../events/columns";
import "../../log/log.css";

const NOTHING: Found = { events: [], delivery: undefined };

export default function Search({ params }: PageProps) {
  const project = params.project!;
  const text = filter("q");
  const poll = usePoll((signal) => (text ? find(project, text, signal) : Promise.resolve(NOTHING)), {
    every: 0,
    about: [project, text],
  });
  useTitle("Find by id", project);
  const { value, failure } = poll.state.value;
  return (
    <div class="page log">
      <div class="heading">
        <h1>Find by id</h1>
      </div>
      <div class="filters">
        <Typed
          name="q"
          label="Event id, its beginning, or delivery id (webhook-id)"
          placeholder="01997b1c-…"
          mono
        />
      </div>
      <div class="found">
        {failure && <Notice failure={failure} onRetry={poll.refresh} instead={!value} />}
        {!failure && text && <Results found={value} project={project} text={text} />}
      </div>
    </div>
  );
}

function Results({
  found,
  project,
  text,
}: {
  /** Undefined until the answer. */
  found: Found | undefined;
  project: string;
  text: string;
}) {
  const delivery = found?.delivery;
  if (delivery)
    return (
      <p>
        A delivery to {delivery.trigger}:{" "}
        <Id of={delivery.deliveryId} href={at`projects/${project}/deliveries/${delivery.deliveryId}`} />
      </p>
    );
  return (
    <Table
      caption="Events that were found"
      columns={COLUMNS}
      rows={found?.events}
      id={(event) => event.eventId}
      href={(event) => at`projects/${project}/events/${event.eventId}`}
      empty={
        <>
          <h2>
            Nothing in <Text>{project}</Text> has the id <Text>{text}</Text>
          </h2>
          <p>An event can be found by the beginning of its id, a delivery by its whole id.</p>
        </>
      }
    />
  );
}
