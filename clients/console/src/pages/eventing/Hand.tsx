/** What needs a hand now, in one line that is always there, so that nothing below it moves. */
import { Icon } from "../../ui/Icon";
import type { Overview } from "./data";
import type { Asked } from "./Question";

export function Hand({ overview, onAsk }: { overview: Overview | undefined; onAsk: (asked: Asked) => void }) {
  if (!overview)
    return (
      <div class="hand" aria-busy="true">
        <span class="bone" />
      </div>
    );
  const { project, triggers } = overview;
  if (project.paused) {
    return (
      <div class="hand warn">
        <Icon name="pause" />
        <p>The project is paused: events are accepted, and wait.</p>
        <button type="button" onClick={() => onAsk({ kind: "resume project", project: project.name })}>
          Resume project
        </button>
      </div>
    );
  }
  const paused = triggers.filter((each) => each.paused);
  return (
    <div class={paused.length ? "hand warn" : "hand"}>
      <Icon name={paused.length ? "pause" : "check"} />
      <p>{paused.length ? said(paused.map((each) => each.name)) : "Nothing needs a hand."}</p>
      <button
        type="button"
        class="quiet"
        onClick={() => onAsk({ kind: "pause project", project: project.name })}
      >
        Pause project
      </button>
    </div>
  );
}

function said(names: readonly string[]): string {
  const [first, second, ...others] = names;
  if (!second) return `${first} is paused.`;
  return others.length
    ? `${first}, ${second} and ${others.length} more are paused.`
    : `${first} and ${second} are paused.`;
}
