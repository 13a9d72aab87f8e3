/** What failed, where it failed: the server's sentence, its reason, and what one can do about it. */
import type { Failure } from "../api/failure";
import { key, useAnother } from "../api/key";
import { at } from "../router";
import { Icon } from "./Icon";
import { Text } from "./Text";

export interface NoticeProps {
  failure: Failure;
  onRetry?: (() => void) | undefined;
  /** True if this stands where something would be read, and nothing is known of that. */
  instead?: boolean;
}

export function Notice({ failure, onRetry, instead = false }: NoticeProps) {
  if (failure.denied) return instead ? <Unread failure={failure} /> : <Denied failure={failure} />;
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <Said failure={failure} />
      </div>
      {failure.gone ? (
        <a class="button" href={at`projects`}>
          Show all projects
        </a>
      ) : (
        onRetry && <Again onRetry={onRetry} />
      )}
    </div>
  );
}

function Again({ onRetry }: { onRetry: () => void }) {
  return (
    <button type="button" onClick={onRetry}>
      Try again
    </button>
  );
}

/** What this key may not do: trying again does not help, another key may. */
function Denied({ failure }: { failure: Failure }) {
  return (
    <div class="notice denied" role="alert">
      <Icon name="lock" />
      <div>
        <Said failure={failure} />
      </div>
      <AnotherKey />
    </div>
  );
}

/** Stands in place of what this key may not read. */
function Unread({ failure }: { failure: Failure }) {
  return (
    <div class="empty denied" role="alert">
      <Icon name="lock" />
      <h2>{key.value ? "This key may not read this" : "You may not read this"}</h2>
      <div>
        <Said failure={failure} />
      </div>
      <AnotherKey />
    </div>
  );
}

function Said({ failure: { sentence, reason } }: { failure: Failure }) {
  return (
    <>
      <p>
        <Text>{sentence}</Text>
      </p>
      {reason && (
        <p class="reason">
          <code>{reason}</code>
        </p>
      )}
    </>
  );
}

function AnotherKey() {
  if (!key.value) return null;
  return (
    <button type="button" onClick={useAnother}>
      Use another key
    </button>
  );
}
