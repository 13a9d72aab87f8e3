/** Where the form of a trigger was opened, which is where one goes on after it. */
import { useMemo } from "preact/hooks";
import { at, cameFrom } from "../../router";

export interface Origin {
  to: string;
  /** Its name in the way back. */
  name: string;
}

/** Return the delivery or event whose trigger one came to edit; Eventing otherwise. */
export function useOrigin(project: string): Origin {
  return useMemo(() => {
    const from = cameFrom();
    const near = from.startsWith(at`projects/${project}/`) && /\/(deliver|event)[^/]*\/[^/]+$/.exec(from);
    if (near) return { to: from, name: near[1] === "event" ? "Event" : "Delivery" };
    return { to: at`projects/${project}`, name: "Eventing" };
  }, [project]);
}
