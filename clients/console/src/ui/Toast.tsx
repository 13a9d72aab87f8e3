/** A short confirmation of something small, which goes by itself. Errors stay where they belong. */
import { signal } from "@preact/signals";
import { Text } from "./Text";

const said = signal("");
let timer = 0;

export function toast(sentence: string): void {
  said.value = sentence;
  clearTimeout(timer);
  timer = window.setTimeout(() => (said.value = ""), 4000);
}

export function Toast() {
  return (
    <div class="toast" role="status" data-shown={said.value ? "" : undefined}>
      <Text>{said.value}</Text>
    </div>
  );
}
