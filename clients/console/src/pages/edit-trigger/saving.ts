/** Saves the form: a new trigger whole, a saved one only where it differs. */
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { triggers } from "../../api/clients";
import { changed, type Form, formOf, messageOf, PATHS } from "./form";

export function save(project: string, form: Form, saved: Form | undefined): Promise<Trigger> {
  const trigger = messageOf(form);
  if (!saved) return triggers.createTrigger({ project, trigger });
  const paths = changed(form, saved).map((key) => PATHS[key]);
  return triggers.updateTrigger({ project, trigger, updateMask: { paths } });
}

/** Return the fields that the form changes and that someone else has changed otherwise since it was opened. */
export async function overtaken(project: string, form: Form, saved: Form): Promise<(keyof Form)[]> {
  const now = formOf(await triggers.getTrigger({ project, trigger: saved.name }));
  return changed(form, saved).filter((key) => now[key] !== saved[key] && now[key] !== form[key]);
}
