/** Asks for the server's key, over the page, which keeps what was typed. */
import { Code, ConnectError } from "@connectrpc/connect";
import { useSignal } from "@preact/signals";
import { tryKey } from "../api/clients";
import { failure } from "../api/failure";
import { key, signIn } from "../api/key";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";

export function SignIn() {
  const entered = useSignal("");
  const error = useSignal("");
  const busy = useSignal(false);
  const first = useSignal(!key.value).value;
  const submit = async () => {
    if (busy.value) return;
    if (!entered.value) {
      error.value = "Enter the server's key.";
      return;
    }
    busy.value = true;
    try {
      await tryKey(entered.value);
      signIn(entered.value);
    } catch (reason) {
      const refused = ConnectError.from(reason).code === Code.Unauthenticated;
      error.value = refused
        ? "This key is wrong. Enter the one that the server was started with."
        : failure(reason).sentence;
    }
    busy.value = false;
  };
  return (
    <Dialog
      title={first ? "Sign in to bellrope" : "Sign in again"}
      opaque={first}
      onSubmit={() => void submit()}
      actions={
        <button type="submit" class="primary" aria-disabled={busy.value}>
          Sign in
        </button>
      }
    >
      <p>
        {first ? "This server has a key." : "The server no longer takes the key. What you typed is kept."}
      </p>
      <Field
        label="Key"
        error={error.value}
        help="It is kept in this tab only, until you close it or sign out."
      >
        {(control) => (
          <input
            {...control}
            type="password"
            autocomplete="off"
            data-first
            value={entered.value}
            onInput={(event) => {
              entered.value = event.currentTarget.value;
              error.value = "";
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
