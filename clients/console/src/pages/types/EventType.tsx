/** One type of event: its schema, what it would refuse, and an example. */
import type { Event } from "@gen/bellrope/v1/deliveries_pb";
import type { EventType as Saved } from "@gen/bellrope/v1/projects_pb";
import { usePoll } from "../../api/poll";
import { type Reference, reference } from "../../api/reference";
import type { PageProps } from "../../props";
import { at, withQuery } from "../../router";
import { contentOf } from "../../text/bytes";
import { Back } from "../../ui/Back";
import { Copy } from "../../ui/Copy";
import { CopyAsCurl } from "../../ui/CopyAsCurl";
import { Id } from "../../ui/Id";
import { Json } from "../../ui/Json";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { Time } from "../../ui/Time";
import { useTitle } from "../../ui/title";
import { example, schemaOf } from "./data";
import { SchemaForm } from "./SchemaForm";
import { go, python, typescript } from "./snippets";
import "./types.css";

interface Found {
  saved: Saved | undefined;
  last: Event | undefined;
  said: Reference;
}

async function load(project: string, type: string, signal: AbortSignal): Promise<Found> {
  const [saved, last, said] = await Promise.all([
    schemaOf(project, type, signal),
    example(project, type, signal),
    reference(),
  ]);
  return { saved, last, said };
}

export default function EventType({ params }: PageProps) {
  const { project, type } = params as { project: string; type: string };
  const poll = usePoll((signal) => load(project, type, signal), { every: 0, about: [project, type] });
  const { value, failure } = poll.state.value;
  useTitle(type, "Event types", project);
  return (
    <div class="page type">
      <Back to={at`projects/${project}/types`}>Event types</Back>
      <div class="heading">
        <h1>
          <Text>{type}</Text>
        </h1>
      </div>
      {failure && !value && <Notice failure={failure} onRetry={() => void poll.refresh()} instead />}
      {!failure && !value && <span class="bone" />}
      {value && (
        <>
          <SchemaForm key={type} {...value} project={project} type={type} onSaved={poll.refresh} />
          <Example project={project} type={type} last={value.last} />
        </>
      )}
    </div>
  );
}

function Example({ project, type, last }: { project: string; type: string; last: Event | undefined }) {
  const data = last ? contentOf(last.data).text : "{}";
  const sending = { project, type, data };
  return (
    <section class="example" aria-label="Example">
      <div class="heading">
        <h2>Example</h2>
        <div class="end">
          <CopyAsCurl
            method="POST"
            path={`/v1/projects/${encodeURIComponent(project)}/events:queue`}
            body={() => `{"type": ${JSON.stringify(type)}, "data": ${data}}`}
          />
          <Copy label="Copy as Python" text={() => python(sending)}>
            Python
          </Copy>
          <Copy label="Copy as TypeScript" text={() => typescript(sending)}>
            TypeScript
          </Copy>
          <Copy label="Copy as Go" text={() => go(sending)}>
            Go
          </Copy>
          <a class="button" href={withQuery(at`projects/${project}/trigger`, { type, like: last?.eventId })}>
            {last ? "Trigger one like it" : "Trigger one"}
          </a>
        </div>
      </div>
      {last ? (
        <>
          <p class="muted">
            <Id of={last.eventId} href={at`projects/${project}/events/${last.eventId}`} /> is the last that is
            kept, from <Time of={last.acceptTime} />.
          </p>
          <Json bytes={last.data} label="Example data" />
        </>
      ) : (
        <p class="muted">No event of this type is kept.</p>
      )}
    </section>
  );
}
