/** What needs a hand now, in one line that is always there, so that nothing below it moves. */
import { Icon, type IconName } from "../../ui/Icon";
import { now } from "../../ui/Time";
import type { Owed } from "./data";
import { count, trouble } from "./owing";
import type { Asked } from "./Question";

const FEW = 2; // triggers that are named

export interface HandProps {
  project: string;
  owed: Owed | undefined;
  onAsk: (asked: Asked) => void;
}

export function Hand({ project, owed, onAsk }: HandProps) {
  if (!owed)
    return (
      <div class="hand" aria-busy="true">
        <span class="bone" />
      </div>
    );
  const { tone, icon, sentence } = told(owed, now.value);
  return (
    <div class={`hand ${tone}`}>
      <Icon name={icon} />
      <p title={sentence}>{sentence}</p>
      {owed.paused ? (
        <button type="button" onClick={() => onAsk({ kind: "resume project", project })}>
          Resume project
        </button>
      ) : (
        <button type="button" class="quiet" onClick={() => onAsk({ kind: "pause project", project })}>
          Pause project
        </button>
      )}
    </div>
  );
}

interface Told {
  tone: "" | "warn" | "bad";
  icon: IconName;
  sentence: string;
}

function told({ paused, backlogs }: Owed, present: number): Told {
  if (paused) {
    const due = backlogs.reduce((sum, each) => sum + each.dueCount, 0);
    const wait = due ? `${count(due)} due wait.` : "what comes waits.";
    return { tone: "warn", icon: "pause", sentence: `The project is paused: events are accepted, ${wait}` };
  }
  const found = backlogs.filter((each) => trouble(each, present));
  if (!found.length) return { tone: "", icon: "check", sentence: "Nothing needs a hand." };
  const named = found.slice(0, FEW).map((each) => trouble(each, present)!);
  const more = found.length > FEW ? [`${(found.length - FEW).toLocaleString("en")} more.`] : [];
  const bad = found.some((each) => !each.paused);
  return {
    tone: bad ? "bad" : "warn",
    icon: bad ? "warning" : "pause",
    sentence: [...named, ...more].join(" "),
  };
}
