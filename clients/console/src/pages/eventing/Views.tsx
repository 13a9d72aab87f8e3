/** The two views of the triggers: what each is for, and what each owes. */
import { at, withQuery } from "../../router";
import { filter } from "../../ui/Filters";

export function Views({ project, troubled }: { project: string; troubled: number }) {
  const here = at`projects/${project}`;
  const q = filter("q");
  const owed = filter("view") === "owed";
  return (
    <div class="views" role="navigation" aria-label="Views">
      <a class="button quiet" href={withQuery(here, { q })} aria-current={owed ? undefined : "page"}>
        Triggers
      </a>
      <a
        class="button quiet"
        href={withQuery(here, { q, view: "owed" })}
        aria-current={owed ? "page" : undefined}
      >
        What is owed
        {troubled > 0 && <span class="number count">{troubled.toLocaleString("en")}</span>}
      </a>
    </div>
  );
}
