/** Why each trigger matches an event or not, as the triggers are now. */
import type { Event, TriggerMatch } from "@gen/bellrope/v1/deliveries_pb";
import { TestTriggerResponse_Obstacle as Obstacle } from "@gen/bellrope/v1/triggers_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { at } from "../../router";
import { Badge } from "../../ui/Badge";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";

type Send = (trigger: string, matches: boolean) => void;

export function Why({ event, onSend }: { event: Event; onSend: Send }) {
  const open = useSignal(!event.deliveryCount);
  return (
    <details class="why" open={open.value} onToggle={(toggled) => (open.value = toggled.currentTarget.open)}>
      <summary>
        <h2>Why triggers match it or not</h2>
      </summary>
      {open.value && <Matches event={event} onSend={onSend} />}
    </details>
  );
}

interface Explained {
  matches: TriggerMatch[];
  next: string;
}

function Matches({ event: { project, eventId }, onSend }: { event: Event; onSend: Send }) {
  const pages = useSignal<readonly string[]>([""]); // the tokens of the pages that are shown
  const poll = usePoll<Explained>(
    async (signal) => {
      const found: Explained = { matches: [], next: "" };
      for (const pageToken of pages.value) {
        const answer = await deliveries.explainEvent({ project, eventId, pageToken }, { signal });
        found.matches.push(...answer.matches);
        found.next = answer.nextPageToken;
      }
      return found;
    },
    { every: 0, about: [project, eventId, pages.value.length] },
  );
  const { value, failure } = poll.state.value;
  if (failure) return <Notice failure={failure} onRetry={poll.refresh} />;
  if (!value) return <p class="muted">Asking each trigger …</p>;
  return (
    <>
      <p class="muted">As the triggers are now. They may have changed since the event was accepted.</p>
      <Lists matches={value.matches} project={project} onSend={onSend} />
      {value.next && (
        <button type="button" onClick={() => (pages.value = [...pages.value, value.next])}>
          Show more triggers
        </button>
      )}
    </>
  );
}

interface ListProps {
  matches: readonly TriggerMatch[];
  project: string;
  onSend: Send;
}

/** Those for the event's type, then the others if they are wanted. */
function Lists({ matches, project, onSend }: ListProps) {
  const others = useSignal(false);
  const near = matches.filter((match) => !isOfOtherType(match));
  const far = matches.filter(isOfOtherType);
  const count =
    far.length === 1 ? "1 trigger listens to another type" : `${far.length} triggers listen to other types`;
  return (
    <>
      {!near.length && (
        <p>{far.length ? "No trigger listens to this type." : "The project has no trigger."}</p>
      )}
      <List matches={near} project={project} onSend={onSend} />
      {!!far.length && !others.value && (
        <button type="button" class="quiet" onClick={() => (others.value = true)}>
          {count}: show
        </button>
      )}
      {others.value && <List matches={far} project={project} onSend={onSend} />}
    </>
  );
}

function isOfOtherType({ obstacles, deliveryId }: TriggerMatch): boolean {
  return obstacles.includes(Obstacle.TYPE) && !deliveryId;
}

function List({ matches, project, onSend }: ListProps) {
  if (!matches.length) return null;
  return (
    <ul class="matches">
      {matches.map((match) => (
        <li key={match.trigger}>
          <a href={at`projects/${project}/triggers/${match.trigger}`}>{match.trigger}</a>
          <span>
            <Verdict of={match} />
          </span>
          <span class="because">{because(match)}</span>
          {match.deliveryId ? (
            <a class="button quiet" href={at`projects/${project}/deliveries/${match.deliveryId}`}>
              Show its delivery
            </a>
          ) : (
            <button
              type="button"
              class="quiet"
              aria-label={`Send it to ${match.trigger}`}
              onClick={() => onSend(match.trigger, match.matches)}
            >
              Send it there
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Verdict({ of: { matches } }: { of: TriggerMatch }) {
  return matches ? (
    <Badge tone="good" icon="check">
      Matches
    </Badge>
  ) : (
    <Badge tone="calm" icon="slash">
      Does not match
    </Badge>
  );
}

const BECAUSE: Partial<Record<Obstacle, string>> = {
  [Obstacle.TYPE]: "It listens to another type.",
  [Obstacle.OPTIONS]: "The event lacks an option that it asks for.",
  [Obstacle.FILTER]: "Its filter is false for this event.",
  [Obstacle.FILTER_FAILED]: "Its filter fails:",
  [Obstacle.PAUSED]: "It is paused: its deliveries wait.",
};

function because({ obstacles, filterError }: TriggerMatch) {
  const said = obstacles.map((each) => BECAUSE[each] ?? Obstacle[each]).join(" ");
  if (!filterError) return said;
  return (
    <>
      {said} <Text>{filterError}</Text>
    </>
  );
}
