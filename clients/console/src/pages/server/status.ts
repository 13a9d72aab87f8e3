/** The status of the server, and since when it has not been heard of. */
import type { Status } from "@gen/bellrope/v1/server_pb";
import { servers } from "../../api/clients";
import { now, present } from "../../api/clock";
import { type Poll, usePoll } from "../../api/poll";

export interface Known {
  status: Status;
  /** When it was asked for. */
  asked: Date;
}

const EVERY = 2_000; // ms
const PATIENCE = 10_000; // ms after which what is known is old

export function useStatus(): Poll<Known> {
  return usePoll(
    async (signal) => {
      const asked = new Date(present());
      return { status: await servers.getStatus({}, { signal, timeoutMs: PATIENCE }), asked };
    },
    { every: EVERY, about: [] },
  );
}

/** Return the time of the last answer if that is so long ago that its numbers mean nothing now. */
export function staleSince(known: Known | undefined, failed: boolean): Date | undefined {
  const old = known && failed && now.value - known.asked.getTime() >= PATIENCE;
  return old ? known.asked : undefined;
}
