/** Bars over time that one can point at, walk through by arrow keys, and follow to what they count. */
import type { Statistics } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { go } from "../../router";
import { Bars, type Hit } from "./bars";
import type { ChartProps, Part } from "./parts";
import { span } from "./range";
import { period } from "./words";

export function Chart(props: ChartProps) {
  const { title, statistics, parts, bar } = props;
  const part = useSignal<number | undefined>(undefined);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const bars = useRef<Bars | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => () => bars.current?.end(), []);
  useEffect(() => {
    if (!statistics) return;
    bars.current ??= new Bars(box.current!);
    bars.current.show(latest.current);
  }, [statistics, parts]);
  useEffect(() => bars.current?.mark(bar.value), [bar.value]);

  const look = (hit: Hit | undefined) => {
    bar.value = hit?.bar;
    part.value = hit?.part;
  };
  const follow = () => {
    const { statistics, parts, lead } = latest.current;
    if (!statistics || bar.value === undefined) return;
    const to = (part.value === undefined ? lead : parts[part.value]?.lead) ?? lead;
    if (to) void go(to(span(statistics, bar.value)));
  };
  const last = (statistics?.bars.length ?? 1) - 1;
  const leads = !!props.lead || parts.some((each) => each.lead);
  return (
    <figure class="chart">
      <figcaption>
        <h2 id={id}>{title}</h2>
        <span class="muted number">
          {statistics && bar.value !== undefined && period(span(statistics, bar.value))}
        </span>
      </figcaption>
      <Legend statistics={statistics} parts={parts} bar={bar.value} part={part.value} />
      <div
        ref={box}
        class={leads ? "plot leads" : "plot"}
        role="slider"
        tabIndex={0}
        aria-labelledby={id}
        aria-describedby="chart-keys"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={bar.value ?? last}
        aria-valuetext={statistics && told(statistics, parts, bar.value ?? last)}
        onFocus={() => (bar.value ??= last)}
        onBlur={() => look(undefined)}
        onKeyDown={(event) => {
          const moved = step(event.key, { bar: bar.value ?? last, part: part.value }, last, parts.length);
          if (event.key === "Enter") follow();
          else if (event.key === "Escape") look(undefined);
          else if (moved) look(moved);
          else return;
          event.preventDefault();
        }}
        onPointerMove={(event) => event.pointerType === "mouse" && look(bars.current?.at(event))}
        onPointerLeave={(event) => event.pointerType === "mouse" && look(undefined)}
        onPointerUp={(event) => {
          look(bars.current?.at(event));
          if (event.pointerType === "mouse" && !event.button) follow(); // a finger looks first
        }}
      />
    </figure>
  );
}

/** What each part means, and its value: of the bar that is looked at, else of all of them. */
function Legend({
  statistics,
  parts,
  bar,
  part,
}: Pick<ChartProps, "statistics" | "parts"> & { bar: number | undefined; part: number | undefined }) {
  const of = statistics && span(statistics, bar);
  return (
    <ul class="legend" key={parts.map((each) => each.label).join()}>
      {parts.map((each, index) => (
        <li key={each.label} class={index === part ? "here" : ""}>
          <span class={`swatch ${each.tone}`} />
          {of && each.lead ? <a href={each.lead(of)}>{each.label}</a> : each.label}
          <span class="number">{statistics ? each.said(bar) : ""}</span>
        </li>
      ))}
    </ul>
  );
}

function told(statistics: Statistics, parts: readonly Part[], bar: number): string {
  const said = parts.map((each) => `${each.label} ${each.said(bar)}`);
  return `${period(span(statistics, bar))}: ${said.join(", ")}`;
}

/** Return where a key leads from a bar and a part; undefined if it leads nowhere. */
function step(key: string, { bar, part }: Hit, last: number, parts: number): Hit | undefined {
  const to = {
    ArrowLeft: bar - 1,
    ArrowRight: bar + 1,
    PageUp: bar - 10,
    PageDown: bar + 10,
    Home: 0,
    End: last,
  };
  if (key in to) return { bar: Math.max(0, Math.min(last, to[key as keyof typeof to])), part };
  const up = { ArrowUp: 1, ArrowDown: -1 }[key];
  if (!up) return undefined;
  const next = (part ?? -1) + up; // below the lowest part is the whole bar
  return { bar, part: next < 0 ? undefined : Math.min(next, parts - 1) };
}
