/** What the page Eventing asks the server for. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { deliveries, projects, triggers } from "../../api/clients";

const PAGE = 1000; // the server's own limit
const PAGES = 10;

/** What a project has not delivered. */
export interface Owing {
  paused: boolean;
  /** One for each trigger, the worst first. */
  backlogs: Backlog[];
}

/** Ask for all triggers at once; only of a project without triggers one has to ask whether it is paused. */
export async function owing(project: string, signal: AbortSignal): Promise<Owing> {
  const { backlogs } = await deliveries.listBacklogs({ project, pageSize: PAGE }, { signal });
  const [worst] = backlogs;
  if (worst) return { paused: worst.projectPaused, backlogs };
  const { paused } = await projects.getProject({ project }, { signal });
  return { paused, backlogs };
}

/** True if a trigger has come or gone since the triggers were listed. */
export function differs(listed: readonly Trigger[], { backlogs }: Owing): boolean {
  const names = new Set(listed.map((each) => each.name));
  const new_ = backlogs.some((each) => !names.has(each.trigger));
  return new_ || (backlogs.length < PAGE && backlogs.length < names.size);
}

/** Return the project's triggers by name, up to ten thousand. */
export async function everyTrigger(project: string, signal: AbortSignal): Promise<Trigger[]> {
  const found: Trigger[] = [];
  let pageToken = "";
  for (let page = 0; page < PAGES; page++) {
    const answer = await triggers.listTriggers({ project, pageSize: PAGE, pageToken }, { signal });
    found.push(...answer.triggers);
    pageToken = answer.nextPageToken;
    if (!pageToken) break;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a trigger has not delivered. */
export function backlogOf(trigger: Trigger, signal: AbortSignal): Promise<Backlog> {
  return deliveries.getBacklog({ project: trigger.project, trigger: trigger.name }, { signal });
}
