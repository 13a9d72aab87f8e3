/** The line at the foot of the form: what saves it, and how much has changed. */
import { changed, EMPTY, type Form } from "./form";

export interface SaveProps {
  /** Where Cancel leads. */
  origin: string;
  form: Form;
  saved: Form | undefined;
  busy: boolean;
}

export function Save({ origin, form, saved, busy }: SaveProps) {
  const count = changed(form, saved ?? EMPTY).length;
  const nothing = !!saved && !count;
  return (
    <div class="save">
      <button type="submit" class="primary" aria-disabled={busy || nothing}>
        {saved ? "Save changes" : "Create trigger"}
      </button>
      <a class="button" href={origin}>
        Cancel
      </a>
      {saved && (
        <span class="muted" role="status">
          {nothing
            ? "Nothing is changed"
            : count === 1
              ? "1 field is changed"
              : `${count} fields are changed`}
        </span>
      )}
    </div>
  );
}
