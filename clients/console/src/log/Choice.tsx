/** A filter by the values of an enum. */
import { Field } from "../ui/Field";
import { filter, setFilters } from "../ui/Filters";

export function Choice({
  name,
  label,
  of,
  words = {},
}: {
  name: string;
  label: string;
  /** The enum to choose from; its value 0 means any. */
  of: Record<string, string | number>;
  words?: Record<number, string>;
}) {
  const values = Object.entries(of).filter((each): each is [string, number] => Number(each[1]) > 0);
  return (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          value={filter(name).toLowerCase()}
          onChange={(event) => setFilters({ [name]: event.currentTarget.value })}
        >
          <option value="">Any</option>
          {values.map(([key, value]) => (
            <option key={key} value={key.toLowerCase()}>
              {words[value] ?? key}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
