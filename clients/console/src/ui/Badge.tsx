/** A state as a word, a shape and a colour, in this order of weight. */
import { Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

export type Tone = "good" | "bad" | "warn" | "busy" | "calm";

export function Badge({ tone, icon, children }: { tone: Tone; icon: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  );
}

const STATES: Record<Delivery_State, readonly [Tone, IconName, string]> = {
  [Delivery_State.STATE_UNSPECIFIED]: ["calm", "dot", "Unknown"],
  [Delivery_State.SCHEDULED]: ["calm", "clock", "Scheduled"],
  [Delivery_State.DELIVERING]: ["busy", "half", "Delivering"],
  [Delivery_State.SUCCEEDED]: ["good", "check", "Succeeded"],
  [Delivery_State.DEAD_LETTERED]: ["bad", "cross", "Dead letter"],
  [Delivery_State.CANCELLED]: ["calm", "slash", "Cancelled"],
  [Delivery_State.EXPIRED]: ["warn", "glass", "Expired"],
};

/** The states of deliveries in words. */
export const STATE_WORDS = Object.fromEntries(
  Object.entries(STATES).map(([state, [, , word]]) => [state, word]),
) as Record<Delivery_State, string>;

/** The state of a delivery. */
export function State({ of }: { of: Delivery_State }) {
  const [tone, icon, word] = STATES[of];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}

/** Whether a trigger or project sends what comes. */
export function Running({ paused }: { paused: boolean }) {
  return paused ? (
    <Badge tone="warn" icon="pause">
      Paused
    </Badge>
  ) : (
    <Badge tone="good" icon="dot">
      Active
    </Badge>
  );
}
