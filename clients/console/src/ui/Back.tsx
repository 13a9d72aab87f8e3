/** The way back to the list that this is one of. */
import { Icon } from "./Icon";

export function Back({ to, children }: { to: string; children: string }) {
  return (
    <a class="way-back" href={to}>
      <Icon name="back" />
      {children}
    </a>
  );
}
