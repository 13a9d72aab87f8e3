/** The title of the tab: what is shown, then where. */
import { useEffect } from "preact/hooks";
import { plain } from "../text/visible";

export function useTitle(...parts: string[]): void {
  const title = plain([...parts, "bellrope"].join(" · "));
  useEffect(() => {
    document.title = title;
  }, [title]);
}
