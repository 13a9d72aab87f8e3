/** The filters of the list of events. */
import { Custom, Since } from "../../log/Since";
import { Typed } from "../../log/Typed";
import { Field } from "../../ui/Field";
import { filter, setFilters } from "../../ui/Filters";

/** The filters that narrow the list, other than how far it goes back. */
export const NARROWING = ["type", "id", "unmatched", "from", "until"] as const;

export function EventFilters() {
  return (
    <search class="filters">
      <div class="line">
        <Since />
        <Typed name="type" label="Event type" placeholder="Any" mono />
        <Typed name="id" label="Event id, or its beginning" placeholder="Any" mono />
        <Field label="Triggers">
          {(control) => (
            <select
              {...control}
              value={filter("unmatched")}
              onChange={(event) => setFilters({ unmatched: event.currentTarget.value })}
            >
              <option value="">Any</option>
              <option value="1">No trigger matched</option>
            </select>
          )}
        </Field>
      </div>
      <Custom />
    </search>
  );
}
