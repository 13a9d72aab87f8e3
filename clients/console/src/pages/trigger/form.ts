/** The form as typed, what is wrong with it, and the event that it means. */
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { utf8 } from "../../text/bytes";
import { objection, place } from "../../text/objection";
import { timestamp } from "../../text/times";
import { momentOf, NO_TIME, type Wall } from "../../ui/Moment";

export interface Form {
  type: string;
  sync: boolean;
  data: string;
  at: Wall;
  /** Seconds, as typed. */
  delay: string;
  id: string;
  /** One `name=value` a line. */
  options: string;
  expire: Wall;
  /** For a synchronous event: how many seconds to wait for the answer, as typed. */
  wait: string;
}

export function emptyForm(type: string): Form {
  return {
    type,
    sync: false,
    data: "{}",
    at: NO_TIME,
    delay: "",
    id: "",
    options: "",
    expire: NO_TIME,
    wait: "30",
  };
}

/** The fields of the form that can be wrong, named as the server names them. */
export type Wrong = Partial<
  Record<"type" | "data" | "schedule_time" | "delay" | "id" | "options" | "expire_time" | "wait", string>
>;

export interface EventFields {
  project: string;
  type: string;
  data: Uint8Array;
  id: string;
  options: Record<string, string>;
  scheduleTime?: Timestamp;
  delay?: Duration;
  expireTime?: Timestamp;
}

const CHOOSE = "Choose one of the two moments.";
const DECIMAL = /^\d+(\.\d{1,9})?$/;

/** Return what can be seen to be wrong before the server is asked. */
export function wrong(form: Form): Wrong {
  const found: Wrong = {};
  if (!form.type) found.type = "Enter the type of the event.";
  else if (form.type.includes("*")) found.type = "An event has one type: replace the star.";
  const against = objection(form.data);
  if (against) {
    const { line, column } = place(form.data, against.at);
    found.data = `Line ${line}, column ${column}: ${against.message}`;
  }
  if (momentOf(form.at) === "ask") found.schedule_time = CHOOSE;
  if (momentOf(form.expire) === "ask") found.expire_time = CHOOSE;
  if (form.delay && !DECIMAL.test(form.delay)) found.delay = "Enter seconds, such as 90 or 0.5.";
  if (form.sync && !(Number(form.wait) >= 1 && Number(form.wait) <= 300))
    found.wait = "Enter 1 to 300 seconds.";
  if (!optionsOf(form.options)) found.options = "Write one name=value on each line.";
  return found;
}

/** Return the event that a form without faults means. */
export function eventOf(form: Form, project: string, id: string): EventFields {
  const event: EventFields = {
    project,
    type: form.type,
    data: utf8(form.data),
    id,
    options: optionsOf(form.options) ?? {},
  };
  const at = momentOf(form.at);
  const expire = momentOf(form.expire);
  if (at instanceof Date) event.scheduleTime = timestamp(at);
  if (expire instanceof Date) event.expireTime = timestamp(expire);
  if (form.delay) event.delay = duration(form.delay);
  return event;
}

/** Return the same event as the JSON of the native API, with the data as it was typed. */
export function jsonOf(form: Form): string {
  const members: [string, string][] = [
    ["type", JSON.stringify(form.type)],
    ["data", form.data.trim()],
  ];
  const at = momentOf(form.at);
  const expire = momentOf(form.expire);
  const options = optionsOf(form.options) ?? {};
  if (form.id) members.push(["id", JSON.stringify(form.id)]);
  if (at instanceof Date) members.push(["scheduleTime", JSON.stringify(at.toISOString())]);
  if (form.delay) members.push(["delay", JSON.stringify(`${form.delay}s`)]);
  if (Object.keys(options).length) members.push(["options", JSON.stringify(options)]);
  if (expire instanceof Date) members.push(["expireTime", JSON.stringify(expire.toISOString())]);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;
}

function duration(seconds: string): Duration {
  const [whole, part = ""] = seconds.split(".");
  return {
    $typeName: "google.protobuf.Duration",
    seconds: BigInt(whole!),
    nanos: Number(part.padEnd(9, "0")),
  };
}

function optionsOf(text: string): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const line of text.split("\n").filter((each) => each.trim())) {
    const at = line.indexOf("=");
    if (at < 1) return undefined;
    found[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return found;
}
