/** Does what a button or form asks for: once at a time, and with what failed kept to be shown. */
import { useSignal } from "@preact/signals";
import { type Failure, failure } from "./failure";

export interface Doing {
  busy: boolean;
  /** Why the last time failed; undefined if it did not, and after `forget`. */
  failed: Failure | undefined;
  forget: () => void;
  /** Do it, unless something is under way; return what failed. */
  run: (act: () => Promise<void>) => Promise<Failure | undefined>;
}

export function useDoing(): Doing {
  const busy = useSignal(false);
  const failed = useSignal<Failure | undefined>(undefined);
  const run = async (act: () => Promise<void>) => {
    if (busy.value) return undefined;
    busy.value = true;
    failed.value = undefined;
    try {
      await act();
    } catch (error) {
      failed.value = failure(error);
    }
    busy.value = false;
    return failed.value;
  };
  const forget = () => {
    failed.value = undefined;
  };
  return { busy: busy.value, failed: failed.value, forget, run };
}
