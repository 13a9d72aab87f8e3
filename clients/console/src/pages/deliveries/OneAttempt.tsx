/** One attempt: how it ended, how long each part took, what was sent and what came back. */
import type { Attempt, Delivery } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../../api/clients";
import { type Failure, failure } from "../../api/failure";
import { Outcome } from "../../log/columns";
import { sizeOf } from "../../text/bytes";
import { took } from "../../text/times";
import { followable } from "../../text/visible";
import { Badge } from "../../ui/Badge";
import { Copy } from "../../ui/Copy";
import { Json } from "../../ui/Json";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { type Part, partsOf } from "./parts";

const PAGES = 20; // of 100 attempts each, that are looked through for one

export function OneAttempt({
  delivery,
  attempt: given,
  open: first,
}: {
  delivery: Delivery;
  attempt: Attempt;
  /** Whether it is open at first. */
  open: boolean;
}) {
  const whole = useSignal<Attempt | undefined>(undefined);
  const open = useSignal(first);
  const attempt = whole.value ?? given;
  return (
    <details class="attempt" open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>
        <strong class="number">{attempt.number}</strong>
        {attempt.error ? (
          <Badge tone="bad" icon="cross">
            Failed
          </Badge>
        ) : (
          <Badge tone="good" icon="check">
            Succeeded
          </Badge>
        )}
        <Outcome of={attempt} />
        {attempt.late && (
          <Badge tone="warn" icon="warning">
            Late: it changed nothing
          </Badge>
        )}
        <span class="when">
          <span class="number muted">{attempt.duration && took(attempt.duration)}</span>
          <Time of={attempt.startTime} as="date" />
        </span>
      </summary>
      {open.value && (
        <div class="inside">
          <Parts of={attempt} />
          {attempt.brief && (
            <Whole delivery={delivery} attempt={attempt} onFound={(found) => (whole.value = found)} />
          )}
          <Request of={attempt} />
          <Response of={attempt} />
        </div>
      )}
    </details>
  );
}

function Parts({ of }: { of: Attempt }) {
  const parts = partsOf(of);
  const total = parts.reduce((sum, part) => sum + part.took, 0) || 1;
  return (
    <div class="parts">
      <div class="bar" aria-hidden="true">
        {parts.map(({ name, took }) => (
          <span key={name} class={name.toLowerCase()} style={{ width: `${(took / total) * 100}%` }} />
        ))}
      </div>
      <dl>
        {parts.map((part) => (
          <div key={part.name}>
            <dt>
              <span class={`key ${part.name.toLowerCase()}`} aria-hidden="true" />
              {part.name}
            </dt>
            <dd class="number">{said(part)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function said({ took, reused }: Part): string {
  if (reused) return "none: it was open";
  if (took >= 1000) return `${(took / 1000).toFixed(2)} s`;
  return took >= 10 ? `${Math.round(took)} ms` : `${took.toFixed(1)} ms`;
}

/** Offers the whole of an attempt that is here in brief. */
function Whole({
  delivery: { project, deliveryId },
  attempt: { number },
  onFound,
}: {
  delivery: Delivery;
  attempt: Attempt;
  onFound: (attempt: Attempt) => void;
}) {
  const failed = useSignal<Failure | undefined>(undefined);
  const load = async () => {
    failed.value = undefined;
    let pageToken = "";
    try {
      for (let page = 0; page < PAGES; page++) {
        const answer = await deliveries.listAttempts({ project, deliveryId, pageToken });
        const found = answer.attempts.find((each) => each.number === number);
        if (found) return onFound(found);
        pageToken = answer.nextPageToken;
        if (!pageToken) return;
      }
    } catch (error) {
      failed.value = failure(error);
    }
  };
  return (
    <>
      <p>
        This is the attempt in brief.{" "}
        <button type="button" onClick={() => void load()}>
          Show it whole
        </button>
      </p>
      {failed.value && <Notice failure={failed.value} />}
    </>
  );
}

function Request({ of }: { of: Attempt }) {
  const { request, brief } = of;
  if (!request) return brief ? null : <p class="muted">Nothing was sent: no connection was tried.</p>;
  const address = followable(request.url);
  return (
    <section>
      <h3>Request</h3>
      <p class="address">
        <code>
          POST{" "}
          {address ? (
            <a href={address} target="_blank" rel="noreferrer">
              <Text>{request.url}</Text>
            </a>
          ) : (
            <Text>{request.url}</Text>
          )}
        </code>
        <Copy text={request.url} label="Copy the address" />
      </p>
      <Headers of={request.headers} label="Headers of the request" />
      <p class="muted number">Body of {sizeOf(request.bodyBytes)}, made from the event</p>
    </section>
  );
}

function Response({ of }: { of: Attempt }) {
  const { statusCode, responseBody, responseHeaders, truncated, chainError } = of;
  if (!statusCode && !responseBody.length)
    return (
      <section>
        <h3>Response</h3>
        <p class="muted">There was no answer.</p>
      </section>
    );
  return (
    <section>
      <h3>
        Response <span class="number">{statusCode || ""}</span>
      </h3>
      <Headers of={responseHeaders} label="Headers of the response" />
      <Json
        bytes={responseBody}
        label="Body of the response"
        empty="The body is empty."
        note={truncated ? `only the first ${sizeOf(responseBody.length)} were kept` : undefined}
      />
      {chainError && (
        <p class="chain">
          Not all events of this answer were queued: <Text>{chainError}</Text>
        </p>
      )}
    </section>
  );
}

function Headers({ of, label }: { of: Readonly<Record<string, string>>; label: string }) {
  const names = Object.keys(of).sort();
  if (!names.length) return null;
  return (
    <details class="headers">
      <summary>
        {label} <span class="muted number">{names.length}</span>
      </summary>
      <dl>
        {names.map((name) => (
          <div key={name}>
            <dt>
              <Text>{name}</Text>
            </dt>
            <dd>
              <Text>{of[name]!}</Text>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
