/** What doctor has looked at, what is wrong first. */
import { type Status_Check, Status_Check_Level } from "@gen/bellrope/v1/server_pb";
import { Badge, type Tone } from "../../ui/Badge";
import type { IconName } from "../../ui/Icon";
import { Text } from "../../ui/Text";

const LEVELS: Record<Status_Check_Level, readonly [Tone, IconName, string]> = {
  [Status_Check_Level.LEVEL_UNSPECIFIED]: ["calm", "dot", "Unknown"],
  [Status_Check_Level.OK]: ["good", "check", "Well"],
  [Status_Check_Level.WARNING]: ["warn", "warning", "Warning"],
  [Status_Check_Level.FAILURE]: ["bad", "cross", "Failure"],
};

export function Checks({ checks }: { checks: readonly Status_Check[] }) {
  const worstFirst = checks.toSorted((a, b) => b.level - a.level);
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <ul class="checks">
        {worstFirst.map((check) => (
          <li key={`${check.name} ${check.sentence}`}>
            <Level of={check.level} />
            <strong>{check.name}</strong>
            <div>
              <p>
                <Text>{check.sentence}</Text>
              </p>
              {check.whatToDo && (
                <p class="muted">
                  <Text>{check.whatToDo}</Text>
                </p>
              )}
            </div>
          </li>
        ))}
        {!checks.length && <li class="muted">Nothing has been checked yet.</li>}
      </ul>
    </section>
  );
}

function Level({ of }: { of: Status_Check_Level }) {
  const [tone, icon, word] = LEVELS[of] ?? LEVELS[Status_Check_Level.LEVEL_UNSPECIFIED];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}
