/** The rows that can be seen, of up to 1,000: each has its place, so that any number costs the same. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Entries } from "./entries";
import { Row } from "./Row";

const HEIGHT = 40; // px, of a row
const TALL = 64; // px, on a phone, where a row has two lines
const SPARE = 4; // rows above and below those that can be seen
const narrow = matchMedia("(max-width: 960px)");

export interface RowsProps {
  entries: Entries;
  project: string;
  /** Whether the reader has paused it. */
  held: boolean;
  /** Called when the reader scrolls away from the newest. */
  onHold: () => void;
}

export function Rows({ entries, project, held, onHold }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  useEffect(() => {
    if (!held) box.current!.scrollTop = 0;
  }, [held]);
  const height = narrow.matches ? TALL : HEIGHT;
  const { size } = entries;
  const first = Math.max(0, Math.floor(top.value / height) - SPARE);
  const seen = Math.ceil(innerHeight / height) + 2 * SPARE;
  const scrolled = () => {
    top.value = box.current!.scrollTop;
    if (top.value > height) onHold();
  };
  return (
    <div
      ref={box}
      class="tail"
      role="region"
      aria-label="What happens now, the newest first"
      tabIndex={0}
      onScroll={scrolled}
    >
      {!size && <p class="none">Nothing has happened since you opened this page.</p>}
      <ol style={{ height: `${size * height}px` }}>
        {Array.from({ length: Math.min(seen, size - first) }, (_, offset) => {
          const entry = entries.at(first + offset);
          return (
            entry && (
              <Row
                key={entry.number}
                entry={entry}
                project={project}
                place={(first + offset) * height}
                index={first + offset}
                size={size}
              />
            )
          );
        })}
      </ol>
    </div>
  );
}
