/** Draws stacked bars over time with uPlot; what can be done with them is up to the chart. */
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Stack {
  /** When each bar begins, in seconds since 1970. */
  starts: readonly number[];
  /** When the last bar ends. */
  until: number;
  /** The values of each part, the lowest part first. Undefined is nothing. */
  parts: readonly (readonly (number | undefined)[])[];
  /** True if a part begins where the one below it ends; else each begins at 0. */
  stacked: boolean;
  /** The least that the axis reaches up to, and the most. */
  atLeast: number;
  atMost: number;
}

export interface Look {
  /** The colour of each part. */
  parts: readonly string[];
  text: string;
  line: string;
}

export interface Words {
  value: (value: number) => string;
  moment: (seconds: number) => string;
}

const AXIS = { ticks: { show: false }, font: "12px system-ui, sans-serif", gap: 8 } as const;

/** A picture in an element. Its plot, without the axes, is `plot`. */
export class Picture {
  private readonly drawn: UPlot;
  private stack: Stack;
  private look: Look;

  constructor(target: HTMLElement, stack: Stack, look: Look, words: Words) {
    this.stack = stack;
    this.look = look;
    this.drawn = new UPlot(this.options(target, words), this.data(), target);
  }

  get plot(): HTMLElement {
    return this.drawn.over;
  }

  /** Return how many pixels above the bottom a value is. */
  height(value: number): number {
    return this.drawn.over.clientHeight - this.drawn.valToPos(value, "y");
  }

  show(stack: Stack): void {
    this.stack = stack;
    this.drawn.setData(this.data());
  }

  recolour(look: Look): void {
    this.look = look;
    this.drawn.redraw(false);
  }

  resize(width: number, height: number): void {
    if (width !== this.drawn.width || height !== this.drawn.height) this.drawn.setSize({ width, height });
  }

  end(): void {
    this.drawn.destroy();
  }

  /** The whole bars first, the lowest part last, so that each covers what is above it. */
  private data(): UPlot.AlignedData {
    return [[...this.stack.starts], ...heights(this.stack).toReversed()];
  }

  private top(most: number): number {
    return Math.min(this.stack.atMost, above(Math.max(most, this.stack.atLeast)));
  }

  private options(target: HTMLElement, words: Words): UPlot.Options {
    const count = this.stack.parts.length;
    const colour = (series: number) => this.look.parts[count - series] ?? "";
    const series = Array.from(
      { length: count },
      (_, index): UPlot.Series => ({
        paths: UPlot.paths.bars!({ align: 1, size: [0.84, 40] }),
        points: { show: false },
        width: 0,
        fill: () => colour(index + 1),
      }),
    );
    return {
      width: target.clientWidth,
      height: target.clientHeight,
      padding: [8, 0, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { range: () => [this.stack.starts[0] ?? 0, this.stack.until] },
        y: { range: (_, _least, most) => [0, this.top(most ?? 0)] },
      },
      axes: [
        {
          ...AXIS,
          stroke: () => this.look.text,
          grid: { show: false },
          size: 28,
          space: 72,
          values: (drawn, moments) => moments.map((each) => (fits(drawn, each) ? words.moment(each) : "")),
        },
        {
          ...AXIS,
          stroke: () => this.look.text,
          grid: { stroke: () => this.look.line, width: 1 },
          size: 56,
          space: 40,
          values: (_, values) => values.map(words.value),
        },
      ],
      series: [{}, ...series],
    };
  }
}

/** Return how high each part reaches, the lowest one first. */
export function heights({ parts, stacked }: Stack): (number | null)[][] {
  const below = new Array<number>(parts[0]?.length ?? 0).fill(0);
  return parts.map((values) =>
    values.map((value, index) => {
      if (!value) return null;
      if (!stacked) return value;
      below[index]! += value;
      return below[index]!;
    }),
  );
}

const HALF = 24; // pixels: about half of a word at the axis

/** Return whether a word centred on this moment fits before the end. The elements may not be laid out yet. */
function fits(drawn: UPlot, moment: number): boolean {
  return drawn.valToPos(moment, "x") + HALF <= drawn.bbox.width / UPlot.pxRatio;
}

/** Return a round number with a little room above a value. */
function above(value: number): number {
  const room = value * 1.05;
  const unit = 10 ** Math.floor(Math.log10(room));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * unit >= room) ?? 10;
  return factor * unit;
}
