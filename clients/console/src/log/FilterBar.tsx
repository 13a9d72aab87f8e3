/** The filters of a list of deliveries: the usual ones in one line, the others when they are wanted. */
import { Attempt_Error, Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import { HERE, written } from "../text/times";
import { STATE_WORDS } from "../ui/Badge";
import { Details } from "../ui/Details";
import { filter, setFilters } from "../ui/Filters";
import { Icon } from "../ui/Icon";
import { Choice } from "./Choice";
import { Custom, Since } from "./Since";
import { TriggerField } from "./TriggerField";
import { Typed } from "./Typed";
import { type Filter, hasAttemptTime, ofAttempts, wanted } from "./wanted";

/** What one looks for most, at one click. */
const QUICK = [
  ["All", { state: "", attemptOutcome: "" }],
  ["Failed", { state: "", attemptOutcome: "failed" }],
  ["Dead letters", { state: "dead_lettered", attemptOutcome: "" }],
] as const;

export function FilterBar({ project }: { project: string }) {
  const more = ["state", "status", "error", "text", "event"].some((each) => filter(each));
  return (
    <search class="filters">
      <div class="line">
        <Quick />
        <Since label={ofAttempts() ? "Attempts ended" : "Accepted"} />
        <TriggerField project={project} />
        <Typed name="type" label="Event type" placeholder="Any" mono />
      </div>
      <Custom />
      <Details summary="More filters" needed={more}>
        <div class="line">
          <Choice name="state" label="State" words={STATE_WORDS} of={Delivery_State} />
          <Typed name="status" label="Status" placeholder="Any, such as 503" pattern={/^([1-5]\d\d)?$/} />
          <Choice name="error" label="Error" of={Attempt_Error} />
          <Typed
            name="text"
            label="Text of the error"
            placeholder="At least 3 characters"
            pattern={/^(.{3,})?$/su}
          />
          <Typed name="event" label="Event id" placeholder="Any" mono />
        </div>
      </Details>
      {hasAttemptTime() && <AttemptTime />}
    </search>
  );
}

function Quick() {
  const chosen = QUICK.findLast(([, changes]) =>
    Object.entries(changes).every(([name, value]) => filter(name).toLowerCase() === value),
  );
  return (
    <div class="quick" role="group" aria-label="Which deliveries">
      {QUICK.map((each) => (
        <button
          key={each[0]}
          type="button"
          aria-pressed={each === chosen}
          onClick={() => setFilters({ ...each[1] })}
        >
          {each[0]}
        </button>
      ))}
    </div>
  );
}

/** The time of attempts that a click on a bar has chosen; it can only be removed. */
function AttemptTime() {
  const { attemptOutcome } = wanted();
  const which = ["Attempts", "Successful attempts", "Failed attempts"][attemptOutcome ?? 0];
  const at = (name: Filter) => (filter(name) ? written(new Date(filter(name))) : "…");
  return (
    <button
      type="button"
      class="chip"
      aria-label="Remove the filter by the attempts' time"
      title={`In ${HERE}. Click to remove.`}
      onClick={() => setFilters({ attemptFrom: "", attemptUntil: "", attemptOutcome: "" })}
    >
      <span>
        {which} that ended{" "}
        <span class="number">
          {at("attemptFrom")} – {at("attemptUntil")}
        </span>
      </span>
      <Icon name="cross" />
    </button>
  );
}
