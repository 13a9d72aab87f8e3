/** What the pages of the log ask the server for. */
import { type Delivery, Delivery_State, type Event } from "@gen/bellrope/v1/deliveries_pb";
import { deliveries } from "../api/clients";
import { query } from "../router";
import type { Page } from "./list";
import { presentOf, type Wanted, wanted } from "./wanted";

export const PAGE = 100; // rows

/** A page of deliveries; each has its last attempt, or those of the time that the filters name. */
export async function page(project: string, order: number, signal: AbortSignal): Promise<Page<Delivery>> {
  const asOf = presentOf();
  const filter = wanted(asOf);
  const answer = await deliveries.listDeliveries(
    {
      project,
      filter,
      order,
      pageSize: PAGE,
      pageToken: query.value.get("page") ?? "",
      attemptsEach: hasTime(filter) ? 10 : 1,
    },
    { signal },
  );
  return { rows: answer.deliveries, next: answer.nextPageToken, asOf };
}

function hasTime(filter: Wanted): boolean {
  return !!(filter.attemptFromTime || filter.attemptUntilTime);
}

export function one(
  { project, deliveryId }: Pick<Delivery, "project" | "deliveryId">,
  signal: AbortSignal,
): Promise<Delivery> {
  return deliveries.getDelivery({ project, deliveryId }, { signal });
}

/** A row of a list as it is now; it throws if the delivery is gone. In a list it weighs little. */
export async function listed(
  { project, eventId, deliveryId }: Delivery,
  signal: AbortSignal,
): Promise<Delivery> {
  const request = { project, eventId, pageSize: PAGE, attemptsEach: 1 };
  const answer = await deliveries.listDeliveries(request, { signal });
  const found = answer.deliveries.find((each) => each.deliveryId === deliveryId);
  if (!found) throw new Error("It is no longer kept.");
  return found;
}

export function event(project: string, eventId: string, signal: AbortSignal): Promise<Event> {
  return deliveries.getEvent({ project, eventId }, { signal });
}

/** Return whether a delivery is done with, unless it is replayed. */
export function isFinal({ state }: Delivery): boolean {
  return state > Delivery_State.DELIVERING;
}

export function waits({ state }: Delivery): boolean {
  return state === Delivery_State.SCHEDULED;
}
