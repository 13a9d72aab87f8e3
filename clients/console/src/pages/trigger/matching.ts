/** Which triggers listen to a type of event, by the type alone: options and filters may still narrow it. */
import type { Trigger } from "@gen/bellrope/v1/triggers_pb";

/** Return whether a trigger's type, which may be a pattern, takes an event's type. */
export function listensTo(pattern: string, type: string): boolean {
  if (pattern === "*") return !type.startsWith("bellrope.");
  return pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** Return the types that triggers name exactly, to choose from. */
export function knownTypes(triggers: readonly Trigger[]): string[] {
  return [...new Set(triggers.map((each) => each.type).filter((each) => !each.includes("*")))].sort();
}

/** Return a trigger's name, with what may keep the event from its webhook. */
function noted({ name, paused, filter, options }: Trigger): string {
  const notes = [
    paused && "paused",
    filter && "by its filter",
    Object.keys(options).length > 0 && "by its options",
  ].filter(Boolean);
  return notes.length ? `${name} (${notes.join(", ")})` : name;
}

/** Return a sentence about who is called. */
export function listeners(triggers: readonly Trigger[], type: string): string {
  const found = triggers.filter((each) => listensTo(each.type, type)).map(noted);
  if (!found.length) return "No trigger listens to this type.";
  const [first, second, third, ...others] = found;
  const named = [first, second, third].filter(Boolean).join(", ");
  return others.length ? `Calls ${named} and ${others.length} more.` : `Calls ${named}.`;
}
