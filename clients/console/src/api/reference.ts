/** What the server's description of its API says about fields: help and defaults, asked for once, by forms. */
import { anotherKey, key } from "./key";
import { server } from "./transport";

export interface About {
  /** The field's own words, with `code`; empty if they cannot be had. */
  help: string;
  /** What holds if it is empty, such as `3` or `5s`; empty if nothing is said. */
  default: string;
}

/** Return what is said about a field of a message; both are named as in the protos. */
export type Reference = (message: string, field: string) => About;

interface Schema {
  description?: string;
  "x-default"?: unknown;
  properties?: Record<string, Schema>;
}

const NOTHING: About = { help: "", default: "" };

let asked: Promise<Reference> | undefined;

/** Return the description; without it a form has no help, which is all that it lacks. */
export function reference(): Promise<Reference> {
  asked ??= load().catch(() => {
    asked = undefined; // the next form asks again
    return () => NOTHING;
  });
  return asked;
}

async function load(): Promise<Reference> {
  const answer = await described();
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  const { components }: { components: { schemas: Record<string, Schema> } } = await answer.json();
  return (message, field) => about(components.schemas[message]?.properties?.[camel(field)]);
}

/** Ask for the description, with another key if the server refuses this one. */
async function described(): Promise<Response> {
  for (;;) {
    const used = key.value;
    const headers = used ? { Authorization: `Bearer ${used}` } : undefined;
    const answer = await fetch(new URL("openapi.json", server), { headers });
    if (answer.status !== 401) return answer;
    await anotherKey(used, new AbortController().signal);
  }
}

function about(schema: Schema | undefined): About {
  if (!schema) return NOTHING;
  return { help: schema.description ?? "", default: String(schema["x-default"] ?? "") };
}

function camel(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
