/** Asks what the trigger of the form would do with an event, soon after one stops typing. Nothing is stored. */

import type { CloudEvent } from "@gen/bellrope/v1/cloudevents_pb";
import type { TestTriggerResponse } from "@gen/bellrope/v1/triggers_pb";
import { deliveries, triggers } from "../../api/clients";
import type { Failure } from "../../api/failure";
import { useTrial } from "../../api/trial";
import { contentOf, utf8 } from "../../text/bytes";
import { objection, place } from "../../text/objection";
import { pairsOf, written } from "../../text/pairs";
import { listensTo } from "../trigger/matching";
import { type Form, KEPT, messageOf, wrong } from "./form";

const LOOK = 100; // events, to find the last one that fits a pattern
const NOBODY = "not-saved-yet"; // a name for a trigger that has none

/** The event to try it with. */
export interface Sample {
  /** Empty: the trigger's own. */
  type: string;
  data: string;
  /** One `name=value` a line. */
  options: string;
  /** Of a real event; else empty. */
  id: string;
  cloudEvent?: CloudEvent | undefined;
}

export const SAMPLE: Sample = { type: "", data: "{}", options: "", id: "" };

export type Verdict =
  | { kind: "none" }
  /** Something is missing or wrong here. */
  | { kind: "not yet"; sentence: string }
  | { kind: "tried"; answer: TestTriggerResponse }
  | { kind: "refused"; failure: Failure };

let judged: { data: string; said: string | undefined } | undefined; // a megabyte is not read at every key

/** Return what is wrong with the sample's data; undefined if nothing. */
export function dataObjection({ data }: Sample): string | undefined {
  if (judged?.data !== data) judged = { data, said: said(data) };
  return judged.said;
}

function said(data: string): string | undefined {
  const against = objection(data);
  if (!against) return undefined;
  const { line, column } = place(data, against.at);
  return `Line ${line}, column ${column}: ${against.message}`;
}

/** Return the verdict on the form and the sample as they are. */
export function useVerdict(project: string, form: Form, sample: Sample, keeps: boolean): Verdict {
  const { name, type, url, filter, options, encoding, headers, secret } = form;
  const about = [name, type, url, filter, options, encoding, headers, secret, keeps, sample];
  const missing = lacking(form, sample);
  const ask = (signal: AbortSignal) => triggers.testTrigger(asked(project, form, sample, keeps), { signal });
  const { value, failure } = useTrial(missing ? undefined : ask, about).value;
  if (missing) return { kind: "not yet", sentence: missing };
  if (failure) return { kind: "refused", failure };
  return value ? { kind: "tried", answer: value } : { kind: "none" };
}

function lacking(form: Form, sample: Sample): string | undefined {
  const own = wrong(form);
  if (!form.type || !form.url) return "Enter an event type and a webhook: then you see what it would get.";
  if (own.options || own.headers) return "Change what is marked in the form first.";
  if (!sample.type && form.type.includes("*")) return `Enter a type of event that fits ${form.type}.`;
  if (dataObjection(sample)) return "The data is no JSON yet.";
  if (!pairsOf(sample.options, "=")) return "Write one name=value on each line of the options.";
  return undefined;
}

/** A saved secret signs only under the saved name, and only if it stays. */
function asked(project: string, form: Form, sample: Sample, keeps: boolean) {
  const { type, url, filter, options, encoding, headers, secrets } = messageOf(form);
  return {
    project,
    trigger: keeps && form.secret === KEPT ? form.name : NOBODY,
    type: sample.type,
    data: utf8(sample.data),
    options: pairsOf(sample.options, "=") ?? {},
    id: sample.id,
    cloudEvent: sample.cloudEvent,
    draft: { type, url, filter, options, encoding, headers, secrets },
  };
}

/** Return the last event that is kept and whose type fits, whole; undefined if there is none. */
export async function lastEvent(project: string, type: string): Promise<Sample | undefined> {
  const exact = !type.includes("*");
  const list = await deliveries.listEvents({ project, type: exact ? type : "", pageSize: exact ? 1 : LOOK });
  const found = list.events.find((event) => listensTo(type, event.type));
  if (!found) return undefined;
  const event = await deliveries.getEvent({ project, eventId: found.eventId });
  return {
    type: exact ? "" : event.type,
    data: contentOf(event.data).text,
    options: written(event.options, "="),
    id: event.eventId,
    cloudEvent: event.cloudEvent,
  };
}
