/** A field's help in the words of the protos: its first sentence, and the rest when one asks. */
import { useSignal } from "@preact/signals";

export function Help({ children }: { children: string }) {
  const open = useSignal(false);
  const { first, rest } = parted(children);
  return (
    <>
      <Prose>{first}</Prose>{" "}
      {rest && (
        <button
          type="button"
          class="inline"
          aria-expanded={open.value}
          onClick={() => (open.value = !open.value)}
        >
          {open.value ? "Less" : "More"}
        </button>
      )}
      {open.value && rest.split("\n\n").map((each) => <p>{<Prose>{each}</Prose>}</p>)}
    </>
  );
}

/** The first sentence, and what follows. That a field is required is shown by its form, not by its help. */
function parted(help: string): { first: string; rest: string } {
  const said = help.replace(/ ?Required\.$/, "").trim();
  const end = /\.(?= [A-Z`]|\n)/.exec(said);
  if (!end) return { first: said, rest: "" };
  return { first: said.slice(0, end.index + 1), rest: said.slice(end.index + 1).trim() };
}

function Prose({ children }: { children: string }) {
  return (
    <>
      {children
        .split("`")
        .map((part, index) => (index % 2 ? <code>{part}</code> : part.replaceAll("\n", " ")))}
    </>
  );
}
