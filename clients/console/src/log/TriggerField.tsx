/** A filter by trigger: those of the project are offered, and a deleted one can be typed. */
import { useId } from "preact/hooks";
import { triggers } from "../api/clients";
import { usePoll } from "../api/poll";
import { Typed } from "./Typed";

export function TriggerField({ project }: { project: string }) {
  const list = useId();
  const poll = usePoll((signal) => triggers.listTriggers({ project, pageSize: 1000 }, { signal }), {
    every: 0,
    about: [project],
  });
  return (
    <>
      <Typed name="trigger" label="Trigger" placeholder="Any" list={list} mono />
      <datalist id={list}>
        {poll.state.value.value?.triggers.map((each) => (
          <option key={each.name} value={each.name} />
        ))}
      </datalist>
    </>
  );
}
