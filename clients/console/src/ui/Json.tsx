/** Bytes that came or go: JSON re-indented by its tokens, other text as it is, the rest as base64. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Content, contentOf, sizeOf } from "../text/bytes";
import { type Line, lines, textOf } from "../text/json";
import { Copy } from "./Copy";
import { Text } from "./Text";

const FEW = 300; // lines that are shown at first
const SHORT = 2_000; // characters of one token or line that are shown at first
const BLOCK = 200; // lines that the browser lays out together, when they come into view
const LONG = 4_000; // characters of a block of one long line

export interface JsonProps {
  bytes: Uint8Array;
  /** What it is, for those who do not see it: "Event data". */
  label: string;
  /** What is said if there is nothing. */
  empty?: string;
  /** Shown next to the size: for example, that this is only the beginning. */
  note?: string;
}

export function Json({ bytes, label, empty = "Nothing: it is empty.", note }: JsonProps) {
  const raw = useSignal(false);
  const all = useSignal(false);
  const content = useMemo(() => contentOf(bytes), [bytes]);
  const shown = useMemo(() => laidOut(content, raw.value, all.value), [content, raw.value, all.value]);
  if (content.kind === "empty") return <p class="muted">{empty}</p>;
  return (
    <figure class="json">
      <figcaption>
        <span class="muted">
          {NAMES[content.kind]}, <span class="number">{sizeOf(bytes.length)}</span>
          {note && `, ${note}`}
        </span>
        <span class="tools">
          {content.kind === "json" && (
            <button
              type="button"
              class="quiet"
              aria-pressed={raw.value}
              onClick={() => (raw.value = !raw.value)}
            >
              Raw
            </button>
          )}
          <Copy text={content.text} label={`Copy ${label}`}>
            Copy
          </Copy>
        </span>
      </figcaption>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{shown.body}</code>
      </pre>
      {shown.clipped && (
        <button type="button" class="quiet more" onClick={() => (all.value = true)}>
          Show all
        </button>
      )}
    </figure>
  );
}

const NAMES = { json: "JSON", text: "Text", base64: "Not text: base64" };

function laidOut(content: Content, raw: boolean, all: boolean) {
  if (content.kind !== "json" || raw) return plain(content.text, all);
  return all ? whole(content.text) : beginning(content.text);
}

/** The first lines, with their colours. */
function beginning(text: string) {
  const body = [];
  let clipped = false;
  for (const line of lines(text)) {
    if (body.length === FEW) return { body, clipped: true };
    if (line.tokens.some((token) => token.text.length > SHORT)) clipped = true;
    body.push(<Coloured key={body.length} line={line} />);
  }
  return { body, clipped };
}

function Coloured({ line }: { line: Line }) {
  return (
    <>
      {"  ".repeat(Math.min(line.depth, 64))}
      {line.tokens.map(({ kind, text }) =>
        kind === "mark" ? (
          text === ":" ? (
            ": "
          ) : (
            text
          )
        ) : (
          <span class={kind}>
            <Text>{clip(text)}</Text>
          </span>
        ),
      )}
      {"\n"}
    </>
  );
}

function clip(text: string): string {
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

/** All lines, in blocks that the browser lays out when they are looked at. */
function whole(text: string) {
  const written = Array.from(lines(text), textOf);
  return { body: blocks(written), clipped: false };
}

function plain(text: string, all: boolean) {
  if (all) return { body: blocks(text.split("\n")), clipped: false };
  const first = text
    .split("\n", FEW)
    .join("\n")
    .slice(0, SHORT * 5);
  return { body: <Text>{first}</Text>, clipped: first.length < text.length };
}

function blocks(written: readonly string[]) {
  const made: string[] = [];
  let block: string[] = [];
  let size = 0;
  const close = () => {
    if (block.length) made.push(block.join("\n"));
    block = [];
    size = 0;
  };
  for (const line of written) {
    for (let at = 0; at === 0 || at < line.length; at += LONG) {
      block.push(line.slice(at, at + LONG));
      size += Math.min(LONG, line.length - at);
      if (block.length === BLOCK || size >= LONG) close();
    }
  }
  close();
  return made.map((each, index) => (
    <span class="block" key={index}>
      <Text>{each}</Text>
    </span>
  ));
}
