/** A call as a command for a shell; the key is named, never written. */
import { key } from "../api/key";
import { server } from "../api/transport";

/** Return a word that a POSIX shell passes on as it is. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Return the command for a call of the native API: a method, a path from the root, and a JSON text. */
export function curl(method: string, path: string, body?: string): string {
  const words = [
    "curl",
    ...(method === "GET" ? [] : ["-X", method]),
    quoted(new URL(path.slice(1), server).href),
  ];
  if (key.value) words.push("-H", '"Authorization: Bearer $BELLROPE_KEY"');
  if (body === undefined) return words.join(" ");
  return `${words.join(" ")} \\\n  -H 'Content-Type: application/json' \\\n  --data-raw ${quoted(body)}`;
}
