/** Whether the server is ready: asked every five seconds while the tab is seen. */
import { signal } from "@preact/signals";
import { heard, present } from "./clock";
import { server } from "./transport";

export type Readiness =
  | { state: "unknown" }
  | { state: "ready" }
  | { state: "not ready"; why: string }
  | { state: "not reachable"; since: Date };

const EVERY = 5_000; // ms

export const readiness = signal<Readiness>({ state: "unknown" });

async function look(): Promise<void> {
  const sent = Date.now();
  try {
    const answer = await fetch(new URL("readyz", server), {
      cache: "no-store",
      signal: AbortSignal.timeout(EVERY),
    });
    heard(answer, sent);
    const said = (await answer.text()).trim().replace(/^not ready: /, "");
    readiness.value = answer.ok ? { state: "ready" } : { state: "not ready", why: said };
  } catch {
    const before = readiness.value;
    if (before.state !== "not reachable")
      readiness.value = { state: "not reachable", since: new Date(present()) };
  }
}

async function watch(): Promise<void> {
  for (;;) {
    if (!document.hidden) await look();
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}

/** Ask from now on. */
export function watchReadiness(): void {
  document.addEventListener("visibilitychange", () => void (document.hidden || look()));
  void watch();
}
