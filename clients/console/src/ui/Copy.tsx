/** Copies a text exactly, and says so where one looked. */
import { useSignal } from "@preact/signals";
import { plain } from "../text/visible";
import { Icon } from "./Icon";
import { toast } from "./Toast";

export function Copy({
  text,
  label,
  children,
}: {
  text: string | (() => string);
  label: string;
  children?: string;
}) {
  const done = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
    } catch {
      toast("The browser does not allow this page to copy. Select the text, and copy it by keyboard.");
      return;
    }
    done.value = true;
    setTimeout(() => (done.value = false), 1500);
  };
  return (
    <button
      type="button"
      class={children ? "quiet" : "quiet square"}
      aria-label={children ? undefined : plain(label)}
      title={plain(label)}
      onClick={copy}
    >
      <Icon name={done.value ? "check" : "copy"} />
      {children && (done.value ? "Copied" : children)}
      <span class="sr" role="status">
        {done.value ? "Copied" : ""}
      </span>
    </button>
  );
}
