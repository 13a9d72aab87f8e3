/** Where the event's data is typed: JSON, checked by its tokens while one types, kept as typed. */
import { useEffect, useRef } from "preact/hooks";
import { sizeOf, utf8 } from "../../text/bytes";
import { indented } from "../../text/json";
import { Field } from "../../ui/Field";
import { offerFocus } from "../../ui/focus";

export interface DataEditorProps {
  value: string;
  error?: string;
  /** True if the caret belongs in it at first. */
  first: boolean;
  onChange: (value: string) => void;
}

export function DataEditor({ value, error, first, onChange }: DataEditorProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!first) return;
    box.current!.setSelectionRange(1, 1); // between the braces
    offerFocus(box.current);
  }, []);
  const format = () => {
    onChange(indented(value));
    box.current!.focus();
  };
  return (
    <div class="data">
      <Field
        label="Event data"
        error={error}
        help={
          <>
            Valid JSON, <span class="number">{sizeOf(utf8(value).length)}</span>
          </>
        }
      >
        {(control) => (
          <textarea
            {...control}
            ref={box}
            class="mono"
            rows={10}
            spellcheck={false}
            autocomplete="off"
            value={value}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="button" class="quiet format" aria-disabled={!!error} onClick={() => error || format()}>
        Format
      </button>
    </div>
  );
}
