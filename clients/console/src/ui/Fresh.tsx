/** A text at the end of its line that changes by itself: a new one each time, since a longer one moves nothing. */

export function Fresh({ children }: { children: string }) {
  return <span key={children}>{children}</span>;
}
