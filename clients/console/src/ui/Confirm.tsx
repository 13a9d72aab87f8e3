/** Asks before something is done, does it, and shows in the question itself if that failed. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type Failure, failure } from "../api/failure";
import { Dialog } from "./Dialog";

export interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  /** What the button says: the verb and its object, such as "Pause mailer". */
  action: string;
  danger?: boolean;
  /** True if more comes into the question after a request. */
  grows?: boolean;
  /** Called first; false if something in the question is still wrong, which it then shows. */
  ready?: () => boolean;
  /** Does it; what it throws is shown. */
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

export function Confirm(props: ConfirmProps) {
  const { title, children, action, danger = false, grows = false } = props;
  const { ready = () => true, onConfirm, onClose } = props;
  const busy = useSignal(false);
  const failed = useSignal<Failure | undefined>(undefined);
  const confirm = async () => {
    if (busy.value || !ready()) return;
    busy.value = true;
    failed.value = undefined;
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      failed.value = failure(error);
    }
    busy.value = false;
  };
  const actions = (
    <>
      <button type="button" onClick={onClose}>
        {action.startsWith("Cancel") ? "Go back" : "Cancel"}
      </button>
      <button
        type="submit"
        class={danger ? "primary danger" : "primary"}
        aria-disabled={busy.value}
        data-first
      >
        {action}
      </button>
    </>
  );
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={confirm}
      actions={actions}
      failure={failed.value}
      grows={grows}
    >
      {children}
    </Dialog>
  );
}
