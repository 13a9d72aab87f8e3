/** What stands around every page: the navigation, the header, and the sign-in when the server asks for a key. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { asking } from "../api/key";
import { watchReadiness } from "../api/readiness";
import { PAGES, type Page } from "../pages";
import type { PageProps } from "../props";
import { match, root, segments } from "../router";
import { Toast } from "../ui/Toast";
import { Header } from "./Header";
import { project } from "./project";
import { Rail } from "./Rail";
import { SignIn } from "./SignIn";

export function Shell() {
  const open = useSignal(false); // the navigation, on a phone
  useEffect(watchReadiness, []);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the page
      </button>
      <Rail open={open} />
      <div class="frame">
        <Header onMenu={() => (open.value = true)} />
        <main id="main" tabIndex={-1}>
          <View />
        </main>
      </div>
      <Toast />
      {asking.value && <SignIn />}
    </>
  );
}

interface Found {
  page: Page;
  params: Record<string, string>;
}

function found(path: readonly string[]): Found | undefined {
  const asked = path.length ? path : ["projects", project.value];
  for (const page of PAGES) {
    const params = match(page.path, asked);
    if (params) return { page, params };
  }
  return undefined;
}

/** The page of the address; its code is loaded when it is first needed. */
function View() {
  const there = found(segments.value);
  const loaded = useSignal<{ page: Page; show: ComponentType<PageProps> } | undefined>(undefined);
  const failed = useSignal(false);
  useArrival(loaded, there?.page);
  useEffect(() => {
    failed.value = false;
    const page = there?.page;
    if (!page || loaded.value?.page === page) return;
    let left = false; // for another page, before this one was loaded
    page.load().then(
      (module) => {
        if (!left) loaded.value = { page, show: module.default };
      },
      () => {
        if (!left) failed.value = true;
      },
    );
    return () => {
      left = true;
    };
  }, [there?.page]);
  if (!there) return <Nowhere />;
  if (failed.value) return <Outdated />;
  if (loaded.value?.page !== there.page) return null;
  const Show = loaded.value.show;
  return <Show key={there.params.project} params={there.params} />;
}

/**
 * After a step to another page it has the focus, so that a screen reader begins there.
 *
 * Whoever has moved the focus while the page was loaded keeps it.
 */
function useArrival(loaded: Signal<unknown>, page: Page | undefined): void {
  const first = useRef(true);
  const from = useRef<Element | null>(null);
  useLayoutEffect(() => {
    from.current = document.activeElement;
  }, [page]);
  useEffect(() => {
    if (!loaded.value) return;
    const main = document.getElementById("main")!;
    const now = document.activeElement;
    const stayed = now === document.body || (now === from.current && !main.contains(now));
    if (!first.current && stayed) main.focus({ preventScroll: true });
    first.current = false;
  }, [loaded.value]);
}

function Nowhere() {
  return (
    <div class="page">
      <div class="heading">
        <h1>There is nothing here</h1>
      </div>
      <p>
        The console has no page with this address. <a href={root}>Go to Eventing</a>.
      </p>
    </div>
  );
}

function Outdated() {
  return (
    <div class="page">
      <div class="heading">
        <h1>This page could not be loaded</h1>
      </div>
      <p>The server cannot be reached, or it has another version of the console by now.</p>
      <button type="button" class="primary" onClick={() => location.reload()}>
        Load the console again
      </button>
    </div>
  );
}
