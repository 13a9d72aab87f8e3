/** Asks before one leaves a form with changes that are not saved. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { guard } from "../router";
import { Confirm } from "./Confirm";

export type Answer = (leave: boolean) => void;

/** Ask before the reader leaves what is `changed`. While the question is open, the signal takes the answer. */
export function useGuard(changed: boolean): Signal<Answer | undefined> {
  const asked = useSignal<Answer | undefined>(undefined);
  useEffect(() => {
    if (!changed) return guard(undefined);
    guard(() => new Promise((resolve) => (asked.value = closing(asked, resolve))));
    return () => guard(undefined);
  }, [changed]);
  return asked;
}

function closing(asked: Signal<Answer | undefined>, resolve: Answer): Answer {
  return (leave) => {
    asked.value = undefined;
    resolve(leave);
  };
}

export function Leaving({ answer, fields }: { answer: Answer; fields: readonly string[] }) {
  return (
    <Confirm
      title="Leave without saving?"
      action="Leave without saving"
      danger
      onConfirm={async () => answer(true)}
      onClose={() => answer(false)}
    >
      <p>
        These fields have changes that are not saved: <Listed fields={fields} />.
      </p>
    </Confirm>
  );
}

/** Fields by their names, one after the other. */
export function Listed({ fields }: { fields: readonly string[] }) {
  return (
    <>
      {fields.map((field, index) => (
        <>
          {index > 0 && ", "}
          <code>{field}</code>
        </>
      ))}
    </>
  );
}
