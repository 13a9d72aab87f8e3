/** What one can do with a trigger: Edit, Trigger, Pause or Resume, Delete. */
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { at, withQuery } from "../../router";
import type { Asked } from "./Question";

export interface ActionsProps {
  trigger: Trigger;
  paused: boolean;
  onAsk: (asked: Asked) => void;
}

export function Actions({ trigger, paused, onAsk }: ActionsProps) {
  const { project, name, type } = trigger;
  return (
    <div class="row-actions">
      <a class="button quiet" href={at`projects/${project}/triggers/${name}`} aria-label={`Edit ${name}`}>
        Edit
      </a>
      <a
        class="button quiet main"
        href={withQuery(at`projects/${project}/trigger`, { type })}
        aria-label={`Trigger ${name}`}
      >
        Trigger
      </a>
      <button
        type="button"
        class="quiet pause"
        aria-label={`${paused ? "Resume" : "Pause"} ${name}`}
        onClick={() => onAsk({ kind: paused ? "resume" : "pause", trigger })}
      >
        {paused ? "Resume" : "Pause"}
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`Delete ${name}`}
        onClick={() => onAsk({ kind: "delete", trigger })}
      >
        Delete
      </button>
    </div>
  );
}
