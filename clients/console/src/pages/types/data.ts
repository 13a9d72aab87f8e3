/** What the pages of event types ask the server for. */

import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Event } from "@gen/bellrope/v1/deliveries_pb";
import type { EventType } from "@gen/bellrope/v1/projects_pb";
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";
import { deliveries, projects, triggers } from "../../api/clients";
import { present } from "../../api/clock";
import { listensTo } from "../trigger/matching";

const PAGE = 1000; // the server's own limit, of types, triggers and events alike
const WEEK = 7 * 86_400_000; // ms

/** A type of event: with a schema, of a trigger, seen, or all of these. */
export interface Known {
  type: string;
  schema: EventType | undefined;
  /** The names of the triggers that listen to it. */
  triggers: string[];
  /** Of the events that were looked at. */
  seen: number;
  last: Timestamp | undefined;
}

/** The events of the last seven days, as far back as they were looked at. */
export interface Seen {
  types: ReadonlyMap<string, { count: number; last: Timestamp | undefined }>;
  looked: number;
  /** The oldest event that was looked at. */
  back: Timestamp | undefined;
  next: string;
}

const NONE: Seen = { types: new Map(), looked: 0, back: undefined, next: "" };

/** Look at a thousand events more. */
export async function look(project: string, signal?: AbortSignal, before: Seen = NONE): Promise<Seen> {
  const answer = await deliveries.listEvents(
    { project, pageSize: PAGE, pageToken: before.next, fromTime: timestampFromMs(present() - WEEK) },
    { signal },
  );
  const types = new Map(before.types);
  for (const { type, acceptTime } of answer.events) {
    const known = types.get(type);
    types.set(type, { count: (known?.count ?? 0) + 1, last: known ? known.last : acceptTime });
  }
  return {
    types,
    looked: before.looked + answer.events.length,
    back: answer.events.at(-1)?.acceptTime ?? before.back,
    next: answer.nextPageToken,
  };
}

export interface Settings {
  schemas: readonly EventType[];
  triggers: readonly Trigger[];
}

export async function settings(project: string, signal: AbortSignal): Promise<Settings> {
  const [types, found] = await Promise.all([
    projects.listEventTypes({ project, pageSize: PAGE }, { signal }),
    triggers.listTriggers({ project, pageSize: PAGE }, { signal }),
  ]);
  return { schemas: types.eventTypes, triggers: found.triggers };
}

/** Return every type that is known, those with events first, then by name. */
export function known({ schemas, triggers }: Settings, { types }: Seen): Known[] {
  const bySchema = new Map(schemas.map((each) => [each.type, each]));
  const exact = triggers.map((each) => each.type).filter((type) => !type.includes("*"));
  const all = new Set([...types.keys(), ...bySchema.keys(), ...exact]);
  const found = [...all].map((type) => ({
    type,
    schema: bySchema.get(type),
    triggers: triggers
      .filter((each) => listensTo(each.type, type))
      .map((each) => each.name)
      .sort(),
    seen: types.get(type)?.count ?? 0,
    last: types.get(type)?.last,
  }));
  return found.sort((a, b) => b.seen - a.seen || (a.type < b.type ? -1 : 1));
}

/** Return the saved schema of a type; undefined if it has none. */
export async function schemaOf(project: string, type: string, signal?: AbortSignal) {
  try {
    return await projects.getEventType({ project, type }, { signal });
  } catch (error) {
    const missing = ConnectError.from(error).code === Code.NotFound;
    if (missing && (await projects.getProject({ project }, { signal }))) return undefined;
    throw error;
  }
}

/** Return the last event of a type that is kept, whole; undefined if there is none. */
export async function example(
  project: string,
  type: string,
  signal: AbortSignal,
): Promise<Event | undefined> {
  const { events } = await deliveries.listEvents({ project, type, pageSize: 1 }, { signal });
  return events[0] && deliveries.getEvent({ project, eventId: events[0].eventId }, { signal });
}
