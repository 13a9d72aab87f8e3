/** Asks before one delivery is replayed, cancelled or rescheduled, and does it. */
import { type Delivery, Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../api/clients";
import { date, timestamp, written } from "../text/times";
import { zoned } from "../text/zones";
import { Confirm } from "../ui/Confirm";
import { Moment, momentOf, NO_TIME } from "../ui/Moment";
import { Text } from "../ui/Text";
import { toast } from "../ui/Toast";
import { SendTo } from "./SendTo";

export interface Asked {
  kind: "replay" | "cancel" | "reschedule";
  delivery: Delivery;
}

export interface QuestionProps {
  asked: Asked;
  /** Called after it is done. */
  onDone: () => Promise<void>;
  onClose: () => void;
}

type Of = Omit<QuestionProps, "asked"> & { delivery: Delivery };

const QUESTIONS = { replay: Replay, cancel: Cancel, reschedule: Reschedule };

export function Question({ asked, onDone, onClose }: QuestionProps) {
  const Show = QUESTIONS[asked.kind];
  return <Show delivery={asked.delivery} onDone={onDone} onClose={onClose} />;
}

function Replay({ delivery, onDone, onClose }: Of) {
  const { project, deliveryId, trigger, state } = delivery;
  const to = useSignal("");
  const confirm = async () => {
    await deliveries.replayDelivery({ project, deliveryId, trigger: to.value });
    await onDone();
    toast(`It is sent to ${to.value || trigger} again.`);
  };
  return (
    <Confirm title="Replay this delivery?" action="Replay delivery" onConfirm={confirm} onClose={onClose}>
      <p>
        <Type of={delivery} /> is sent to <strong>{to.value || trigger}</strong> now, with all its retries.
        {state === Delivery_State.SUCCEEDED && " It has succeeded before: the webhook gets it a second time."}
      </p>
      <SendTo
        project={project}
        none={`${trigger} (its own trigger)`}
        but={trigger}
        help="Choose another trigger if its own one was deleted."
        value={to.value}
        onChange={(name) => (to.value = name)}
      />
    </Confirm>
  );
}

function Cancel({ delivery, onDone, onClose }: Of) {
  const { project, deliveryId, trigger, state } = delivery;
  const confirm = async () => {
    await deliveries.cancelDelivery({ project, deliveryId });
    await onDone();
    toast("The delivery is cancelled.");
  };
  return (
    <Confirm
      title="Cancel this delivery?"
      action="Cancel delivery"
      danger
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        <Type of={delivery} /> is no longer sent to <strong>{trigger}</strong>. You can replay it later.
      </p>
      <p class="muted">
        {state === Delivery_State.DELIVERING
          ? "The attempt under way goes on."
          : "An attempt under way goes on."}{" "}
        If it succeeds, the delivery has succeeded.
      </p>
    </Confirm>
  );
}

function Reschedule({ delivery, onDone, onClose }: Of) {
  const { project, deliveryId, dueTime } = delivery;
  const wall = useSignal(NO_TIME);
  const wrong = useSignal("");
  const ready = () => {
    const time = momentOf(wall.value);
    wrong.value = time === "ask" ? "Choose one of the two moments." : time ? "" : "Choose a date and a time.";
    return !wrong.value;
  };
  const confirm = async () => {
    const time = momentOf(wall.value) as Date;
    await deliveries.rescheduleDelivery({ project, deliveryId, dueTime: timestamp(time) });
    await onDone();
    toast(`It is due ${zoned(time, wall.value.zone)}.`);
  };
  return (
    <Confirm
      title="Reschedule this delivery?"
      action="Reschedule delivery"
      ready={ready}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        <Type of={delivery} /> is due <span class="number">{dueTime ? written(date(dueTime)) : "now"}</span>.
        Its attempts and retries stay as they are.
      </p>
      <Moment
        label="New time"
        value={wall.value}
        error={wrong.value}
        onChange={(value) => (wall.value = value)}
      />
      <p class="muted">A time in the past means now.</p>
    </Confirm>
  );
}

function Type({ of }: { of: Delivery }) {
  return (
    <code>
      <Text>{of.type}</Text>
    </code>
  );
}
