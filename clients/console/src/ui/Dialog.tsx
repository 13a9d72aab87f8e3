/** A question over the page: the focus stays within, Esc and Cancel close it, and it returns the focus. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Failure } from "../api/failure";
import { focusBack } from "./focus";
import { Notice } from "./Notice";
import { Text } from "./Text";

export interface DialogProps {
  title: string;
  /** Called by Esc and by a click beside it; without it the dialog stays. */
  onClose?: () => void;
  children: ComponentChildren;
  /** The buttons, the one that acts last. */
  actions: ComponentChildren;
  /** What went wrong. It comes under the buttons, which stay where they are. */
  failure?: Failure | undefined;
  /** Called by Enter in a field and by the button of type `submit`. */
  onSubmit?: () => void;
  /** True if nothing of the page may be seen behind it. */
  opaque?: boolean;
  /** True if more comes into it after a request: it has the room from the start, so that no button moves. */
  grows?: boolean;
}

/** Return what a form calls instead of going elsewhere. */
export function quietly(act: (() => void) | undefined) {
  return (event: Event) => {
    event.preventDefault();
    act?.();
  };
}

const REACHED = "button, input, select, textarea, a[href], summary, [tabindex='0']";

/** Keep Tab within a dialog; the browser would go on to its own buttons. */
function keepWithin(event: KeyboardEvent): void {
  if (event.key !== "Tab") return;
  const all = (event.currentTarget as Element).querySelectorAll<HTMLElement>(REACHED);
  const seen = [...all].filter((each) => each.checkVisibility());
  const [last, next] = event.shiftKey ? [seen[0], seen.at(-1)] : [seen.at(-1), seen[0]];
  if (document.activeElement !== last) return;
  event.preventDefault();
  next?.focus();
}

export function Dialog(props: DialogProps) {
  const { title, onClose, onSubmit, children, actions, failure, opaque = false, grows = false } = props;
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const back = focusBack();
    const dialog = box.current!;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      dialog.close();
      back();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={`${opaque ? "opaque" : ""} ${grows ? "grows" : ""}`}
      aria-labelledby={titleId}
      onCancel={quietly(onClose)}
      onKeyDown={keepWithin}
      onMouseDown={(event) => event.target === box.current && onClose?.()}
    >
      <form method="dialog" noValidate onSubmit={quietly(onSubmit)}>
        <h2 id={titleId}>
          <Text>{title}</Text>
        </h2>
        <div class="said">{children}</div>
        <div class="actions">{actions}</div>
        {failure && <Notice failure={failure} />}
      </form>
    </dialog>
  );
}
