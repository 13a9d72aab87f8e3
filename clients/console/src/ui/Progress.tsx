/** How far something is, as a bar and in numbers. */

export interface ProgressProps {
  label: string;
  of: number;
  done: number;
  /** How many were left out; the bar counts them, too. */
  skipped?: number;
}

export function Progress({ label, of, done, skipped = 0 }: ProgressProps) {
  return (
    <div class="progress">
      <progress value={done + skipped} max={of || 1} aria-label={label} />
      <span class="number">
        {done.toLocaleString("en")} of {of.toLocaleString("en")}
        {skipped > 0 && <span class="muted">, {skipped.toLocaleString("en")} skipped</span>}
      </span>
    </div>
  );
}
