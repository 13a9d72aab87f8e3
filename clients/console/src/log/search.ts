/** Finds what an id means: an event, the beginning of its id, or a delivery (`webhook-id`). */
import { Code, ConnectError } from "@connectrpc/connect";
import type { Delivery, Event } from "@gen/bellrope/v1/deliveries_pb";
import { deliveries } from "../api/clients";
import { at } from "../router";

export interface Found {
  /** The event with this id first, then those whose id begins with it. */
  events: readonly Event[];
  delivery: Delivery | undefined;
}

const MOST = 20; // events
const ID = /^[\w-]{1,128}$/;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

export async function find(project: string, text: string, signal?: AbortSignal): Promise<Found> {
  const id = idIn(text);
  const events = await eventsLike(project, id, signal);
  const whole = events.filter((each) => each.eventId === id);
  const others = events.filter((each) => each.eventId !== id);
  const isWhole = UUID.exec(id)?.[0] === id;
  const delivery = isWhole && !whole.length ? await deliveryWith(project, id, signal) : undefined;
  return { events: [...whole, ...others], delivery };
}

/** Return the id in a text: all of it, or what is one in a line that was pasted, such as `"webhook-id": "01997b1c-…"`. */
function idIn(text: string): string {
  return ID.test(text) ? text : (UUID.exec(text)?.[0] ?? text);
}

/** Return where an id leads if it means one thing; undefined if there is a choice, or nothing. */
export function onlyPlace(project: string, text: string, { events, delivery }: Found): string | undefined {
  if (delivery) return at`projects/${project}/deliveries/${delivery.deliveryId}`;
  const [first] = events;
  if (first && (events.length === 1 || first.eventId === idIn(text)))
    return at`projects/${project}/events/${first.eventId}`;
  return undefined;
}

async function eventsLike(project: string, idPrefix: string, signal?: AbortSignal): Promise<Event[]> {
  try {
    return (await deliveries.listEvents({ project, idPrefix, pageSize: MOST }, { signal })).events;
  } catch (error) {
    return none(error, Code.InvalidArgument) ?? []; // no id has these characters
  }
}

async function deliveryWith(
  project: string,
  id: string,
  signal?: AbortSignal,
): Promise<Delivery | undefined> {
  try {
    return await deliveries.getDelivery({ project, deliveryId: id.toLowerCase() }, { signal });
  } catch (error) {
    return none(error, Code.NotFound);
  }
}

function none(error: unknown, code: Code): undefined {
  if (ConnectError.from(error).code !== code) throw error;
}
