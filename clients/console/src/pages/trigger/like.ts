/** Fills the form with an event that was accepted before, so that it can be sent again with edits. */
import { useEffect } from "preact/hooks";
import { deliveries } from "../../api/clients";
import { failure } from "../../api/failure";
import { query } from "../../router";
import { toast } from "../../ui/Toast";
import type { Form } from "./form";

/** Take type, data and options from the event whose id is in the address as `like`, unless the form is `filled`. */
export function useLike(project: string, set: (changes: Partial<Form>) => void, filled: boolean): void {
  const eventId = query.value.get("like");
  useEffect(() => {
    if (!eventId || filled) return;
    deliveries.getEvent({ project, eventId }).then(
      ({ type, data, options }) => {
        const lines = Object.entries(options).map(([name, value]) => `${name}=${value}`);
        set({ type, data: new TextDecoder().decode(data), options: lines.join("\n") });
      },
      (error) => toast(failure(error).sentence),
    );
  }, [project, eventId]);
}
