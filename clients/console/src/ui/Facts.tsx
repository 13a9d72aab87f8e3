/** What is known about one thing: names and values, as many beside each other as there is room. */
import type { ComponentChildren } from "preact";

/** A name and its value; without a value it is left out. */
export type Fact = readonly [string, ComponentChildren];

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <div>{value}</div>
            </dd>
          </div>
        ))}
    </dl>
  );
}
