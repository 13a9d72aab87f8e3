/** Asks before a trigger or a project is paused, resumed or deleted, and says what that does to what waits. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { projects, triggers } from "../../api/clients";
import { usePoll } from "../../api/poll";
import { counted } from "../../text/times";
import { Confirm } from "../../ui/Confirm";
import { Notice } from "../../ui/Notice";
import { toast } from "../../ui/Toast";
import { backlogOf, type Owing, owing } from "./data";

export type Asked =
  | { kind: "pause" | "resume" | "delete"; trigger: Trigger }
  | { kind: "pause project" | "resume project"; project: string };

export interface QuestionProps {
  asked: Asked;
  /** Called after it is done. */
  onDone: () => Promise<void>;
  onClose: () => void;
}

export function Question({ asked, onDone, onClose }: QuestionProps) {
  return "trigger" in asked ? (
    <OfTrigger kind={asked.kind} trigger={asked.trigger} onDone={onDone} onClose={onClose} />
  ) : (
    <OfProject
      pause={asked.kind === "pause project"}
      project={asked.project}
      onDone={onDone}
      onClose={onClose}
    />
  );
}

const VERBS = { pause: "Pause", resume: "Resume", delete: "Delete" };
const DONE = { pause: "is paused", resume: "sends again", delete: "is deleted" };
const CALLS = {
  pause: triggers.pauseTrigger,
  resume: triggers.resumeTrigger,
  delete: triggers.deleteTrigger,
};

function OfTrigger({
  kind,
  trigger,
  onDone,
  onClose,
}: Omit<QuestionProps, "asked"> & { kind: keyof typeof VERBS; trigger: Trigger }) {
  const { project, name } = trigger;
  const poll = usePoll((signal) => backlogOf(trigger, signal), { every: 2_000, about: [project, name] });
  const { value, failure } = poll.state.value;
  const confirm = async () => {
    await CALLS[kind]({ project, trigger: name });
    await onDone();
    toast(`${name} ${DONE[kind]}.`);
  };
  return (
    <Confirm
      title={`${VERBS[kind]} ${name}?`}
      action={`${VERBS[kind]} ${name}`}
      danger={kind === "delete"}
      onConfirm={confirm}
      onClose={onClose}
    >
      {failure ? <Notice failure={failure} /> : <p class="consequence">{value ? told(kind, value) : "…"}</p>}
    </Confirm>
  );
}

function told(kind: keyof typeof VERBS, { dueCount, scheduledCount, deliveringCount }: Backlog): string {
  const later = scheduledCount - dueCount;
  if (kind === "delete") {
    const deliveries = scheduledCount === 1 ? "delivery is" : "deliveries are";
    const waiting = scheduledCount
      ? `${counted(scheduledCount)} waiting ${deliveries} cancelled.`
      : "Nothing waits.";
    return `${waiting} New events no longer match it. This cannot be undone.`;
  }
  if (kind === "pause") {
    const due = dueCount
      ? `${counted(dueCount)} due will wait, nothing is lost.`
      : "What comes will wait, nothing is lost.";
    return [due, deliveringCount && `${counted(deliveringCount)} under way will finish.`]
      .filter(Boolean)
      .join(" ");
  }
  const out = dueCount ? `${counted(dueCount)} due will go out now.` : "Nothing is due now.";
  return [out, later > 0 && `${counted(later)} more wait for their time.`].filter(Boolean).join(" ");
}

function OfProject({
  pause,
  project,
  onDone,
  onClose,
}: Omit<QuestionProps, "asked"> & { pause: boolean; project: string }) {
  const poll = usePoll((signal) => owing(project, signal), { every: 2_000, about: [project] });
  const { value, failure } = poll.state.value;
  const confirm = async () => {
    await (pause ? projects.pauseProject({ project }) : projects.resumeProject({ project }));
    await onDone();
    toast(`${project} ${pause ? "is paused" : "sends again"}.`);
  };
  const verb = pause ? "Pause" : "Resume";
  return (
    <Confirm
      title={`${verb} the project ${project}?`}
      action={`${verb} ${project}`}
      onConfirm={confirm}
      onClose={onClose}
    >
      {failure ? (
        <Notice failure={failure} />
      ) : (
        <p class="consequence">{value ? toldOfAll(pause, value) : "…"}</p>
      )}
    </Confirm>
  );
}

function toldOfAll(pause: boolean, { backlogs }: Owing): string {
  const sum = (of: (backlog: Backlog) => number) => backlogs.reduce((total, each) => total + of(each), 0);
  if (pause) {
    const due = sum((each) => each.dueCount);
    const underway = sum((each) => each.deliveringCount);
    return [
      "Events are still accepted.",
      due ? `${counted(due)} due will wait, nothing is lost.` : "What comes will wait, nothing is lost.",
      underway && `${counted(underway)} under way will finish.`,
    ]
      .filter(Boolean)
      .join(" ");
  }
  const out = sum((each) => (each.paused ? 0 : each.dueCount));
  const stays = sum((each) => (each.paused ? each.dueCount : 0));
  return [
    out ? `${counted(out)} due will go out now.` : "Nothing is due now.",
    stays && `${counted(stays)} due of triggers that are paused on their own still wait.`,
  ]
    .filter(Boolean)
    .join(" ");
}
