/** What needs a hand now, in one line that is always there, so that nothing below it moves. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import { now } from "../../api/clock";
import type { Failure } from "../../api/failure";
import { type Owed, owed } from "../../log/owed";
import { Icon, type IconName } from "../../ui/Icon";
import { type Concern, concerns } from "./concerns";
import type { Asked } from "./Question";

export interface HandProps {
  project: string;
  paused: boolean;
  /** Undefined until they are known. */
  backlogs: readonly Backlog[] | undefined;
  /** Why the last question failed: then what is known may be over. */
  failure: Failure | undefined;
  onAsk: (asked: Asked) => void;
}

const SHOWN = 3; // on a phone there is room for one

export function Hand({ project, paused, backlogs, failure, onAsk }: HandProps) {
  if (!backlogs)
    return (
      <div class="hand" aria-busy={!failure}>
        {failure ? <Unknown /> : <span class="bone" />}
      </div>
    );
  const verb = paused ? "Resume project" : "Pause project";
  return (
    <section class="hand" aria-label="What needs a hand now">
      {failure ? (
        <Stale failure={failure} />
      ) : paused ? (
        <Paused />
      ) : (
        <Concerns project={project} concerns={concerns(backlogs, now.value)} />
      )}
      <button
        key={verb}
        type="button"
        class={paused ? "" : "quiet"}
        onClick={() => onAsk({ kind: paused ? "resume project" : "pause project", project })}
      >
        {verb}
      </button>
    </section>
  );
}

function Unknown() {
  return <p class="muted">It is not known what needs a hand.</p>;
}

function Stale({ failure: { denied, unreachable } }: { failure: Failure }) {
  const why = denied
    ? "it may no longer be read"
    : unreachable
      ? "the server does not answer"
      : "the server cannot tell";
  return (
    <p class="warn">
      <Icon name={denied ? "lock" : "warning"} />
      What is below is from before: {why}.
    </p>
  );
}

function Paused() {
  return (
    <p class="warn">
      <Icon name="pause" />
      The project is paused: events are accepted, and wait.
    </p>
  );
}

function Nothing() {
  return (
    <p class="good">
      <Icon name="check" />
      Nothing needs a hand.
    </p>
  );
}

function Concerns({ project, concerns }: { project: string; concerns: readonly Concern[] }) {
  if (!concerns.length) return <Nothing />;
  const more = concerns.length - SHOWN;
  return (
    <ul>
      {concerns.slice(0, SHOWN).map((concern) => (
        <li key={concern.trigger}>
          <Chip project={project} concern={concern} />
        </li>
      ))}
      {more > 0 && <li class="muted">and {more.toLocaleString("en")} more</li>}
    </ul>
  );
}

const LOOKS: Record<Concern["kind"], readonly ["bad" | "warn", IconName, Owed["state"] & string]> = {
  late: ["bad", "clock", "scheduled"],
  dead: ["bad", "cross", "dead_lettered"],
  paused: ["warn", "pause", "scheduled"],
};

/** Leads to the deliveries that it is about. */
function Chip({ project, concern }: { project: string; concern: Concern }) {
  const [tone, icon, state] = LOOKS[concern.kind];
  return (
    <a class={tone} href={owed({ project, trigger: concern.trigger, state })}>
      <Icon name={icon} />
      <span>{concern.sentence}</span>
    </a>
  );
}
