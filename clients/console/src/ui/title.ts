/** The title of the tab: what is shown, then where. */
import { useEffect } from "preact/hooks";

export function useTitle(...parts: string[]): void {
  const title = [...parts, "bellrope"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
