/** Text that others wrote: nothing in it runs, reorders or hides what stands around it. */
import { pieces } from "../text/visible";

export function Text({ children }: { children: string }) {
  const parts = pieces(children);
  if (parts.length === 1 && !parts[0]!.unseen) return <bdi>{children}</bdi>;
  return (
    <bdi>
      {parts.map(({ text, unseen }) => (unseen ? <span class="unseen-character">{text}</span> : text))}
    </bdi>
  );
}
