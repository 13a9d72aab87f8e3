/** A part of the form, with its name on the left and its fields beside it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Section({
  title,
  about,
  children,
}: {
  title: string;
  about: string;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="part" aria-labelledby={id}>
      <div class="about">
        <h2 id={id}>{title}</h2>
        <p class="muted">{about}</p>
      </div>
      <div class="grid">{children}</div>
    </section>
  );
}
