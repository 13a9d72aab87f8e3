/** What the types made from /openapi.json must say: it compiles, except for the lines that say that they do not. */
import createClient from "openapi-fetch";
import type { components, paths } from "./bellrope.ts";

type Schemas = components["schemas"];
const client = createClient<paths>({ baseUrl: "" });
const params = { path: { project: "default" } };

/** What an answer always has is there without a question; what can be absent is not. */
export function answers(event: Schemas["Event"], delivery: Schemas["Delivery"], trigger: Schemas["Trigger"]) {
  const times: string[] = [event.acceptTime, event.dueTime, delivery.createTime, trigger.updateTime];
  const numbers: number[] = [event.deliveryCount, delivery.attemptCount, trigger.retries];
  const attempts: Schemas["Attempt"][] = delivery.attempts;
  const shortest: string = trigger.retryPolicy.minBackoff;
  // @ts-expect-error it is absent until the delivery has ended
  const end: string = delivery.finishTime;
  // @ts-expect-error any JSON is not a string
  const data: string = event.data;
  return [times, numbers, attempts, shortest, end, data];
}

/** A request needs what is required, and nothing that has a default or that the server sets. */
export const least: Schemas["TriggerInput"] = { name: "a", type: "t", url: "http://127.0.0.1/" };
export const change: Schemas["TriggerUpdate"] = { retries: 5 };
export const backoff: Schemas["RetryPolicyInput"] = { minBackoff: "1s" };
// @ts-expect-error a trigger needs a URL
export const less: Schemas["TriggerInput"] = { name: "a", type: "t" };
// @ts-expect-error the server sets it
export const ours: Schemas["TriggerInput"] = { ...least, createTime: "2026-01-31T09:30:00Z" };
// @ts-expect-error the path has the name
export const named: Schemas["TriggerUpdate"] = { name: "a" };

/** A path has its parameters, its body and its answer; no other path, and no body without its type. */
export async function calls() {
  const body = { events: [{ type: "t" }, { type: "t", data: [1, "two", null], delay: "1.5s" }] };
  const batch = await client.POST("/v1/projects/{project}/events:queueBatch", { params, body });
  const ids: string[] | undefined = batch.data?.results.map((each) => each.eventId);
  // @ts-expect-error an event has a type
  client.POST("/v1/projects/{project}/events:queue", { params, body: { data: 1 } });
  // @ts-expect-error there is no such path
  client.POST("/v1/projects/{project}/events:send", { params, body: { type: "t" } });
  // @ts-expect-error the path needs the project
  client.GET("/v1/projects/{project}/triggers", {});
  const query = { "filter.state": "DEAD_LETTERED", pageSize: 10 } as const;
  const listed = await client.GET("/v1/projects/{project}/deliveries", { params: { ...params, query } });
  const states = listed.data?.deliveries.map((each) => each.state === "DEAD_LETTERED");
  // @ts-expect-error there is no such state
  const wrong = listed.data?.deliveries.map((each) => each.state === "DEAD");
  const named = { path: { project: "default", trigger: "a" } };
  await client.POST("/v1/projects/{project}/triggers/{trigger}:pause", { params: named });
  await client.PATCH("/v1/projects/{project}/triggers/{trigger}", {
    params: { ...named, query: { updateMask: "retries" } },
    body: change,
  });
  return [ids, states, wrong];
}

/** The Space Cloud-compatible paths and that of CloudEvents are typed, too. */
export async function others() {
  const event = { type: "t", data: { n: 1 }, delay: 60 };
  const queued = await client.POST("/v1/api/{project}/eventing/queue", { params, body: event });
  const count = queued.data && "deliveryCount" in queued.data ? queued.data.deliveryCount : 0;
  const sent: Schemas["StructuredCloudEvent"] = { specversion: "1.0", id: "1", source: "/s", type: "t" };
  await client.POST("/v1/api/{project}/eventing/cloudevents", {
    params,
    body: sent,
    headers: { "Content-Type": "application/cloudevents+json" },
  });
  const kept = await client.GET("/v1/config/projects/{project}/eventing/triggers", { params });
  const urls: string[] | undefined = kept.data?.result.map((each) => each.url);
  return [count satisfies number, urls];
}

/** An error of any call has one form, and its reason is one of those that there are. */
export async function errors() {
  const { error } = await client.GET("/v1/projects/{project}", { params });
  const reason: Schemas["ErrorReason"] | undefined = error?.reason;
  // @ts-expect-error there is no such reason
  const wrong = error?.reason === "NO_PROJECT";
  const details = error?.details.map((each) => each["@type"]);
  return [reason, error?.requestId, wrong, details] satisfies unknown[];
}
