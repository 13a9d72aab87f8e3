/** The secret that signs each request: made here, shown until it is saved, and never again. */
import { useId } from "preact/hooks";
import { base64 } from "../../text/bytes";
import { Copy } from "../../ui/Copy";
import { Help } from "../../ui/Help";
import { Text } from "../../ui/Text";
import { KEPT } from "./form";
import { type Editing, said } from "./Inputs";

const SIZE = 32; // bytes; the server takes 24 to 64

export function Secret({ editing }: { editing: Editing }) {
  const id = useId();
  const { form, wrong, set, reference } = editing;
  const { help } = said(reference, "secret");
  const told = wrong.secret ?? (form.secret && form.secret !== KEPT ? NOW : undefined);
  return (
    <div class="secret field" role="group" aria-labelledby={id} aria-describedby={`${id}-told`}>
      <span id={id} class="label">
        Secret
      </span>
      <div class="shown">
        <Shown secret={form.secret} />
        <span class="gap" />
        {form.secret && (
          <button type="button" class="quiet" onClick={() => set({ secret: "" })}>
            Remove secret
          </button>
        )}
        <button type="button" onClick={() => set({ secret: made() })}>
          {form.secret ? "Generate another" : "Generate secret"}
        </button>
      </div>
      <div id={`${id}-told`} class={wrong.secret ? "told wrong" : "told"}>
        {told ?? (help ? <Help>{help}</Help> : "\u00a0")}
      </div>
    </div>
  );
}

const NOW = "Copy it now, for the webhook to check: once it is saved, it is never shown again.";

function Shown({ secret }: { secret: string }) {
  if (!secret) return <span class="muted">Requests are not signed</span>;
  if (secret === KEPT) return <span>A secret is set; it is never shown</span>;
  return (
    <span class="id">
      <span>
        <Text>{secret}</Text>
      </span>
      <Copy text={secret} label="Copy the secret" />
    </span>
  );
}

function made(): string {
  return `whsec_${base64(crypto.getRandomValues(new Uint8Array(SIZE)))}`;
}
