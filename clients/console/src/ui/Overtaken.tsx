/** Asks before one saves over what someone else has saved since the form was opened. */
import { Confirm } from "./Confirm";
import { Listed } from "./Leaving";

export interface OvertakenProps {
  /** What both have changed. */
  fields: readonly string[];
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

export function Overtaken({ fields, onConfirm, onClose }: OvertakenProps) {
  return (
    <Confirm
      title="Save over newer changes?"
      action="Save over them"
      danger
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>
        Since you opened this form, someone has saved another value of <Listed fields={fields} />. Yours takes
        its place.
      </p>
    </Confirm>
  );
}
