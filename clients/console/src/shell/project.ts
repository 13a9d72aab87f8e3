/** The project that the reader is in: the one in the address, or `default` at the console's root. */
import { computed } from "@preact/signals";
import { segments } from "../router";

export const FIRST = "default";

let before = FIRST; // where one was before a page without a project

export const project = computed(() => {
  const [kind, name] = segments.value;
  if (kind === "projects" && name) before = name;
  return kind === "projects" && name ? name : kind ? before : FIRST;
});
