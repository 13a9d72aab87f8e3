/** Finds an event or a delivery by its id, from every page: `/` leads here. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { at, go, withQuery } from "../router";
import { quietly } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { project } from "./project";

export function SearchBox() {
  const box = useRef<HTMLInputElement>(null);
  const text = useSignal("");
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      box.current!.focus();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  return (
    <form class="search" role="search" onSubmit={quietly(() => void look(text.value.trim()))}>
      <input
        ref={box}
        type="search"
        aria-label="Find an event or a delivery by its id"
        placeholder="Find by id  /"
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <a class="button quiet square" href={at`projects/${project.value}/search`} aria-label="Find by id">
        <Icon name="search" />
      </a>
    </form>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && !!target.closest("input, textarea, select, dialog");
}

/** Go where the id leads, or to what was found. */
async function look(text: string): Promise<void> {
  if (!text) return;
  const here = project.value;
  const results = withQuery(at`projects/${here}/search`, { q: text });
  try {
    const { find, onlyPlace } = await import("../log/search");
    await go(onlyPlace(here, text, await find(here, text)) ?? results);
  } catch {
    await go(results); // which says what failed
  }
}
