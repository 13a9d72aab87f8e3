/** How far something is, as a bar and in numbers. */

export function Progress({ done, of, label }: { done: number; of: number; label: string }) {
  return (
    <div class="progress">
      <progress value={done} max={of || 1} aria-label={label} />
      <span class="number">
        {done.toLocaleString("en")} of {of.toLocaleString("en")}
      </span>
    </div>
  );
}
