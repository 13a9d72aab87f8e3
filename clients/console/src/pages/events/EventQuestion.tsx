/** Asks before an event is replayed, cancelled, or sent to one more trigger, and does it. */
import type { Event } from "@gen/bellrope/v1/deliveries_pb";
import { deliveries } from "../../api/clients";
import { Confirm } from "../../ui/Confirm";
import { toast } from "../../ui/Toast";

export type AskedOfEvent =
  | { kind: "replay" | "cancel"; event: Event }
  | { kind: "send"; event: Event; trigger: string; matches: boolean };

export interface EventQuestionProps {
  asked: AskedOfEvent;
  /** Called after it is done. */
  onDone: () => Promise<void>;
  onClose: () => void;
}

export function EventQuestion({ asked, onDone, onClose }: EventQuestionProps) {
  const { title, action, said, call } = question(asked);
  const confirm = async () => {
    toast(await call());
    await onDone();
  };
  return (
    <Confirm
      title={title}
      action={action}
      danger={asked.kind === "cancel"}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{said}</p>
    </Confirm>
  );
}

interface Question {
  title: string;
  action: string;
  said: string;
  /** Does it, and returns what was done. */
  call: () => Promise<string>;
}

function question(asked: AskedOfEvent): Question {
  if (asked.kind === "send") return sending(asked.event, asked.trigger, asked.matches);
  return asked.kind === "cancel" ? cancelling(asked.event) : replaying(asked.event);
}

function cancelling({ project, eventId }: Event): Question {
  return {
    title: "Cancel the deliveries of this event?",
    action: "Cancel its deliveries",
    said: "Those that wait are cancelled. An attempt under way goes on; if it succeeds, its delivery has succeeded.",
    call: async () => {
      const { cancelledCount } = await deliveries.cancelEvent({ project, eventId });
      return `${numbered(cancelledCount)} cancelled.`;
    },
  };
}

function sending({ project, eventId }: Event, trigger: string, matches: boolean): Question {
  return {
    title: `Send this event to ${trigger}?`,
    action: `Send it to ${trigger}`,
    said: matches
      ? "The trigger gets a delivery of it, due now."
      : "The trigger does not match it. It gets a delivery of it all the same, due now.",
    call: async () => {
      await deliveries.replayEvent({ project, eventId, trigger, force: !matches });
      return `It is sent to ${trigger}.`;
    },
  };
}

function replaying({ project, eventId, deliveryCount }: Event): Question {
  return {
    title: "Replay this event?",
    action: "Replay event",
    said: deliveryCount
      ? "All its deliveries that are final are due now, those that succeeded included."
      : "It is matched again: each trigger that matches it now gets a delivery, due now.",
    call: async () => {
      const { replayedCount } = await deliveries.replayEvent({ project, eventId });
      return `${numbered(replayedCount)} due now.`;
    },
  };
}

function numbered(count: number): string {
  return count === 1 ? "1 delivery is" : `${count.toLocaleString("en")} deliveries are`;
}
