/** What failed, where it failed: the server's sentence, its reason, and a way to try again. */
import type { Failure } from "../api/failure";
import { Icon } from "./Icon";
import { Text } from "./Text";

export function Notice({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <Text>{failure.sentence}</Text>
        </p>
        {failure.reason && (
          <p class="reason">
            <code>{failure.reason}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
