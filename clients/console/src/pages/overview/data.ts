/** What the page Overview asks the server for. */
import type { Backlog, Statistics } from "@gen/bellrope/v1/deliveries_pb";
import { deliveries } from "../../api/clients";
import { present } from "../../api/clock";
import { bounds, RANGES, type RangeName } from "./range";

/** Attempts and events over time: of one trigger, or of the project with the totals of each trigger. */
export function statistics(
  project: string,
  trigger: string,
  range: RangeName,
  signal: AbortSignal,
): Promise<Statistics> {
  const wanted = bounds(RANGES[range], present());
  return deliveries.getStatistics({ project, trigger, byTrigger: !trigger, ...wanted }, { signal });
}

const MOST = 1000; // the server's own limit for a page; what waits longest comes first

/** What has not been delivered now. */
export async function waiting(project: string, trigger: string, signal: AbortSignal): Promise<Backlog[]> {
  if (trigger) return [await deliveries.getBacklog({ project, trigger }, { signal })];
  return (await deliveries.listBacklogs({ project, pageSize: MOST }, { signal })).backlogs;
}
