/** The way back to the list that this is one of, with the filters that it had. */
import { asLeft } from "../router";
import { Icon } from "./Icon";

export function Back({ to, children }: { to: string; children: string }) {
  return (
    <a class="way-back" href={asLeft(to)}>
      <Icon name="back" />
      {children}
    </a>
  );
}
