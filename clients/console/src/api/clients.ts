/** The services, ready to call. A page imports the one it needs. */
import { createClient } from "@connectrpc/connect";
import { Deliveries } from "@gen/bellrope/v1/deliveries_pb";
import { Eventing } from "@gen/bellrope/v1/eventing_pb";
import { Projects } from "@gen/bellrope/v1/projects_pb";
import { Server } from "@gen/bellrope/v1/server_pb";
import { Triggers } from "@gen/bellrope/v1/triggers_pb";
import { transport, transportWith } from "./transport";

export const eventing = createClient(Eventing, transport);
export const triggers = createClient(Triggers, transport);
export const deliveries = createClient(Deliveries, transport);
export const projects = createClient(Projects, transport);
export const servers = createClient(Server, transport);

/** Make a call that changes nothing with a key; it fails with UNAUTHENTICATED if the key is wrong. */
export async function tryKey(candidate: string): Promise<void> {
  await createClient(Projects, transportWith(candidate)).listProjects({ pageSize: 1 });
}
