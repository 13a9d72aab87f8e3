/** Chooses the project: the same page of another one, as far as it has that page. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { projects } from "../api/clients";
import { at, go, replace, segments } from "../router";
import { plain } from "../text/visible";
import { FIRST, project } from "./project";

const MOST = 1000; // the server's own limit for a page

export function ProjectChooser() {
  const names = useSignal<readonly string[]>([]);
  const load = async () => {
    const found = await projects.listProjects({ pageSize: MOST });
    names.value = found.projects.map((each) => each.name).sort();
    const [first] = names.value;
    if (!segments.value.length && first && !names.value.includes(FIRST)) replace(at`projects/${first}`);
  };
  useEffect(() => void load().catch(() => undefined), []); // the page itself says what is wrong
  const shown = names.value.includes(project.value) ? names.value : [project.value, ...names.value];
  return (
    <label class="chooser">
      <span class="label">Project</span>
      <select
        value={project.value}
        onFocus={() => void load().catch(() => undefined)}
        onChange={(event) => void go(sameIn(event.currentTarget.value))}
      >
        {shown.map((name) => (
          <option key={name} value={name}>
            {plain(name)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A list stays a list; what is one thing of a project is not in another. */
function sameIn(name: string): string {
  const [kind, , list] = segments.value;
  return kind === "projects" && list ? at`projects/${name}/${list}` : at`projects/${name}`;
}
