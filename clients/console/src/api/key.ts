/** The server's key, if it has one: kept for this tab alone, and asked for when a call is refused. */
import { signal } from "@preact/signals";

const PLACE = "bellrope.key";

/** The key that calls carry; empty on an open server, and before it is entered. */
export const key = signal(sessionStorage.getItem(PLACE) ?? "");

/** True while the sign-in is open. */
export const asking = signal(false);

const waiting: (() => void)[] = [];

/** Wait until the reader has signed in again, after the key `refused` was refused. */
export function anotherKey(refused: string, signal: AbortSignal): Promise<void> {
  if (key.value !== refused) return Promise.resolve(); // meanwhile, for another call
  asking.value = true;
  return new Promise((resolve, reject) => {
    waiting.push(resolve);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Keep a key that the server has accepted, and let the calls that wait for it go on. */
export function signIn(accepted: string): void {
  sessionStorage.setItem(PLACE, accepted);
  key.value = accepted;
  asking.value = false;
  for (const goOn of waiting.splice(0)) goOn();
}

/** Forget the key, and ask for another one at the same address. */
export function useAnother(): void {
  sessionStorage.removeItem(PLACE);
  location.reload();
}

/** Forget the key and everything that was shown with it. */
export function signOut(): void {
  sessionStorage.removeItem(PLACE);
  location.assign(document.baseURI);
}
