/** A filter that is typed: it is in the address once one pauses, or leaves the field. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Field } from "../ui/Field";
import { filter, setFilters } from "../ui/Filters";

const PAUSE = 400; // ms

export interface TypedProps {
  /** The filter's name in the address. */
  name: string;
  label: string;
  placeholder: string;
  /** What the server takes; anything else is not asked for, and marked. */
  pattern?: RegExp;
  /** The id of a list to choose from. */
  list?: string;
  mono?: boolean;
}

export function Typed({ name, label, placeholder, pattern, list, mono = false }: TypedProps) {
  const value = filter(name);
  const typed = useSignal(value);
  const timer = useRef(0);
  useEffect(() => {
    typed.value = value; // another click, or a step back, has changed it
    return () => clearTimeout(timer.current);
  }, [value]);
  const fits = !pattern || pattern.test(typed.value);
  const set = () => {
    clearTimeout(timer.current);
    if (fits && typed.value !== filter(name)) setFilters({ [name]: typed.value }, { typing: true });
  };
  return (
    <Field label={label}>
      {(control) => (
        <input
          {...control}
          class={mono ? "mono" : ""}
          type="search"
          list={list}
          placeholder={placeholder}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={fits ? undefined : true}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value.trim();
            clearTimeout(timer.current);
            timer.current = window.setTimeout(set, PAUSE);
          }}
          onChange={set}
        />
      )}
    </Field>
  );
}
