/** How long finished things are kept, unless their project says otherwise. */
import type { Retention } from "@gen/bellrope/v1/projects_pb";
import { Facts } from "../../ui/Facts";
import { kept } from "./words";

export function Kept({ retention }: { retention: Retention | undefined }) {
  if (!retention) return null;
  return (
    <section aria-labelledby="kept">
      <h2 id="kept">Kept for</h2>
      <Facts
        facts={[
          ["Succeeded, cancelled, expired", kept(retention.succeeded)],
          ["Dead letters", kept(retention.deadLetters)],
          ["Attempts", kept(retention.attempts)],
          ["Events that matched nothing", kept(retention.unmatched)],
        ]}
      />
      <p class="muted">A project can say otherwise for itself.</p>
    </section>
  );
}
