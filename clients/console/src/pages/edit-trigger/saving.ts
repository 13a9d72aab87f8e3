/** Saves the form: a new trigger whole, a saved one only where it differs. */
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { triggers } from "../../api/clients";
import { changed, type Form, messageOf, PATHS } from "./form";

export function save(project: string, form: Form, saved: Form | undefined): Promise<Trigger> {
  const trigger = messageOf(form);
  if (!saved) return triggers.createTrigger({ project, trigger });
  const paths = changed(form, saved).map((key) => PATHS[key]);
  return triggers.updateTrigger({ project, trigger, updateMask: { paths } });
}
