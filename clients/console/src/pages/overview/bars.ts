/** The picture of a chart in its place on the page: its size, its colours, and which bar is where. */
import type { ChartProps } from "./parts";
import { heights, type Look, Picture, type Stack } from "./picture";
import { span } from "./range";
import { clock } from "./words";

/** A bar, and the part of it that was hit; no part is the whole bar. */
export interface Hit {
  bar: number;
  part: number | undefined;
}

const EASY = 8; // pixels of a part that can be hit, even if it is drawn smaller

export class Bars {
  private picture: Picture | undefined;
  private stack: Stack | undefined;
  private parts = 0;
  private readonly band = document.createElement("div");
  private readonly ended = new AbortController();
  private readonly sizes: ResizeObserver;
  private readonly recolour = () => this.picture?.recolour(this.look());
  private readonly themes = new MutationObserver(this.recolour);

  constructor(private readonly box: HTMLElement) {
    this.band.className = "band";
    this.sizes = new ResizeObserver(() => this.picture?.resize(box.clientWidth, box.clientHeight));
    this.sizes.observe(box);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", this.recolour, { signal: this.ended.signal });
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  show({ statistics, parts, stacked = true, atLeast = 1, atMost = Infinity, value }: ChartProps): void {
    this.stack = {
      starts: statistics!.bars.map((bar) => Number(bar.startTime!.seconds)),
      until: span(statistics!, undefined).until.getTime() / 1000,
      parts: parts.map((part) => part.values),
      stacked,
      atLeast,
      atMost,
    };
    if (this.picture && parts.length === this.parts) this.picture.show(this.stack);
    else this.draw(value, parts.length);
    this.recolour();
  }

  private draw(value: (value: number) => string, parts: number): void {
    this.picture?.end();
    this.parts = parts;
    this.picture = new Picture(this.box, this.stack!, this.look(), { value, moment: clock });
    this.picture.plot.append(this.band);
  }

  /** Show which bar is looked at. */
  mark(bar: number | undefined): void {
    const count = this.stack?.starts.length ?? 0;
    this.band.hidden = bar === undefined || !count;
    if (bar === undefined) return;
    this.band.style.left = `${(bar / count) * 100}%`;
    this.band.style.width = `${100 / count}%`;
  }

  /** Return what is under the pointer; undefined outside the plot. */
  at({ clientX, clientY }: PointerEvent): Hit | undefined {
    if (!this.picture || !this.stack) return undefined;
    const { left, top, width, height } = this.picture.plot.getBoundingClientRect();
    const bar = Math.floor(((clientX - left) / width) * this.stack.starts.length);
    if (bar < 0 || bar >= this.stack.starts.length || clientY < top) return undefined;
    const up = top + height - clientY;
    let edge = 0;
    const part = heights(this.stack).findIndex((values) => {
      const value = values[bar];
      if (!value) return false;
      edge = Math.max(edge + EASY, this.picture!.height(value));
      return up <= edge;
    });
    return { bar, part: part < 0 ? undefined : part };
  }

  end(): void {
    this.ended.abort();
    this.sizes.disconnect();
    this.themes.disconnect();
    this.picture?.end();
  }

  /** The colours as the page has them now: those of the legend, of its text, and of its lines. */
  private look(): Look {
    const figure = this.box.closest("figure")!;
    const swatches = [...figure.querySelectorAll(".swatch")];
    const { color, borderTopColor } = getComputedStyle(this.box);
    return {
      parts: swatches.map((each) => getComputedStyle(each).backgroundColor),
      text: color,
      line: borderTopColor,
    };
  }
}
