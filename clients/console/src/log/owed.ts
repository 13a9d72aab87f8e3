/** The address of what a trigger owes: deliveries of any age, as they are counted. */
import { at, withQuery } from "../router";

/** Without a trigger those of all, without a state those in any. */
export interface Owed {
  project: string;
  trigger?: string | undefined;
  state?: "scheduled" | "dead_lettered";
}

export function owed({ project, trigger, state }: Owed): string {
  return withQuery(at`projects/${project}/deliveries`, { trigger, state, since: "all" });
}
