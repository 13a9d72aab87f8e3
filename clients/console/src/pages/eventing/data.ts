/** What the page Eventing asks the server for. */
import type { Backlog } from "@gen/bellrope/v1/deliveries_pb";
import type { Project } from "@gen/bellrope/v1/projects_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { deliveries, projects, triggers } from "../../api/clients";

const PAGE = 1000; // the server's own limit
const PAGES = 10;

export interface Overview {
  project: Project;
  /** By name. */
  triggers: Trigger[];
}

export async function overview(project: string, signal: AbortSignal): Promise<Overview> {
  const [about, found] = await Promise.all([
    projects.getProject({ project }, { signal }),
    everyTrigger(project, signal),
  ]);
  return { project: about, triggers: found };
}

async function everyTrigger(project: string, signal: AbortSignal): Promise<Trigger[]> {
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

/** What the triggers have not delivered, worst first: the first page, which has all that needs a hand. */
export async function backlogs(project: string, signal: AbortSignal): Promise<Backlog[]> {
  return (await deliveries.listBacklogs({ project, pageSize: PAGE }, { signal })).backlogs;
}

/** What a trigger has not delivered. */
export function backlogOf(trigger: Trigger, signal: AbortSignal): Promise<Backlog> {
  return deliveries.getBacklog({ project: trigger.project, trigger: trigger.name }, { signal });
}
