/** The navigation: a quiet rail on a wide screen, a drawer on a phone. */
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { key, signOut } from "../api/key";
import icon from "../icon.svg";
import { PAGES, type Page } from "../pages";
import { root, segments } from "../router";
import { Icon } from "../ui/Icon";
import { project } from "./project";

export function Rail({ open }: { open: Signal<boolean> }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open.value) box.current!.showModal();
    else box.current!.close();
  }, [open.value]);
  useEffect(() => {
    open.value = false;
  }, [segments.value]);
  return (
    <>
      <div class="rail">
        <Contents />
      </div>
      <dialog
        ref={box}
        class="drawer"
        aria-label="Navigation"
        onClose={() => (open.value = false)}
        onClick={(event) => {
          if (event.target === box.current || (event.target as Element).closest("a")) open.value = false;
        }}
      >
        {open.value && <Contents />}
      </dialog>
    </>
  );
}

function Contents() {
  return (
    <nav aria-label="Pages">
      <a class="brand" href={root}>
        <img src={icon} alt="" width="20" height="20" />
        bellrope
      </a>
      <ul>
        {PAGES.filter((page) => page.label).map((page) => (
          <li key={page.path}>
            <Entry page={page} />
          </li>
        ))}
      </ul>
      <div class="foot">
        <a href="../docs" target="_blank" rel="noreferrer">
          API reference
        </a>
        {key.value && (
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
    </nav>
  );
}

function Entry({ page }: { page: Page }) {
  const here = page === current();
  return (
    <a
      href={root + page.path.replace(":project", encodeURIComponent(project.value))}
      aria-current={here ? "page" : undefined}
    >
      {page.icon && <Icon name={page.icon} />}
      {page.label}
    </a>
  );
}

/** The entry that is nearest above the address: a page without a label belongs to the one it is below. */
function current(): Page | undefined {
  const path = segments.value.length ? segments.value : ["projects", project.value];
  const above = PAGES.filter((page) => {
    const parts = page.path.split("/");
    return (
      page.label &&
      parts.length <= path.length &&
      parts.every((part, index) => part.startsWith(":") || part === path[index])
    );
  });
  return above.sort((a, b) => b.path.length - a.path.length)[0];
}
