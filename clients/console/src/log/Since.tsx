/** How far back a list goes: a window before now, or two times of the reader's clock. */
import { useSignal } from "@preact/signals";
import { present } from "../api/clock";
import { HERE, written } from "../text/times";
import { Field } from "../ui/Field";
import { filter, setFilters } from "../ui/Filters";
import { Moment, momentOf, NO_TIME, type Wall } from "../ui/Moment";
import { type Window, windowOf } from "./wanted";

const WORDS: Record<Window | "custom", string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  all: "All that is kept",
  custom: "From … until …",
};
const DAY = 86_400_000; // ms

export function Since({ label = "Accepted" }: { label?: string }) {
  return (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          value={windowOf()}
          onChange={(event) => choose(event.currentTarget.value as Window | "custom")}
        >
          {Object.entries(WORDS).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function choose(window: Window | "custom"): void {
  const from = window === "custom" ? new Date(present() - DAY).toISOString() : "";
  setFilters({ since: window === "24h" || window === "custom" ? "" : window, from, until: "" });
}

/** The two times, if they are what was chosen. */
export function Custom() {
  if (windowOf() !== "custom") return null;
  return (
    <div class="line">
      <Bound name="from" label={`From (${HERE})`} />
      <Bound name="until" label="Until" />
    </div>
  );
}

function Bound({ name, label }: { name: "from" | "until"; label: string }) {
  const typed = useSignal<Wall>(wall(filter(name)));
  return (
    <Moment
      label={label}
      withZone={false}
      value={typed.value}
      onChange={(value) => {
        typed.value = value;
        const time = momentOf(value);
        if (time !== "ask") setFilters({ [name]: time?.toISOString() ?? "" }, { typing: true });
      }}
    />
  );
}

function wall(iso: string): Wall {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return NO_TIME;
  return { local: written(time).replace(" ", "T").slice(0, 16), zone: HERE, chosen: "first" };
}
