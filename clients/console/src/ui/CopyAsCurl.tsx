/** Copies a call of the native API as a command; it names `$BELLROPE_KEY` and never holds the key. */
import { curl } from "../text/curl";
import { Copy } from "./Copy";

export function CopyAsCurl({ method, path, body }: { method: string; path: string; body?: () => string }) {
  return (
    <Copy label="Copy as curl" text={() => curl(method, path, body?.())}>
      Copy as curl
    </Copy>
  );
}
