/** What happens now, as it happens: the tail of a project. */
import { Delivery_State } from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Failure } from "../../api/failure";
import { Choice } from "../../log/Choice";
import { TriggerField } from "../../log/TriggerField";
import { Typed } from "../../log/Typed";
import { stateNamed } from "../../log/wanted";
import type { PageProps } from "../../props";
import { query } from "../../router";
import { Badge, STATE_WORDS } from "../../ui/Badge";
import { filter } from "../../ui/Filters";
import { Notice } from "../../ui/Notice";
import { Text } from "../../ui/Text";
import { useTitle } from "../../ui/title";
import type { Entries } from "./entries";
import { Rows } from "./Rows";
import { type Connection, Tailing } from "./Tailing";
import "../../log/log.css";
import "./live.css";

export default function Live({ params }: PageProps) {
  const project = params.project!;
  const about = query.value.toString();
  const tailing = useMemo(
    () =>
      new Tailing({
        project,
        trigger: filter("trigger"),
        type: filter("type"),
        state: stateNamed(filter("state")),
      }),
    [project, about],
  );
  useEffect(() => () => tailing.end(), [tailing]);
  useTitle("Live", project);
  return (
    <div class="page log live">
      <div class="heading">
        <h1>Live</h1>
      </div>
      <search class="filters">
        <div class="line">
          <TriggerField project={project} />
          <Typed name="type" label="Event type" placeholder="Any" mono />
          <Choice name="state" label="Changed to" words={STATE_WORDS} of={Delivery_State} />
        </div>
      </search>
      <Watched key={`${project}?${about}`} tailing={tailing} project={project} />
    </div>
  );
}

/** The facts, and whether they run. */
function Watched({ tailing, project }: { tailing: Tailing; project: string }) {
  const held = useSignal<Entries | undefined>(undefined); // as they were when the reader paused
  const count = tailing.count.value;
  const shown = held.value ?? tailing.entries;
  const hold = () => (held.value ??= tailing.entries.copy());
  const goOn = () => (held.value = undefined);
  const connection = tailing.connection.value;
  if (connection.kind === "failed" && connection.refused) return <Refused failure={connection.failure} />;
  return (
    <>
      <div class="running">
        <Running connection={connection} held={held.value !== undefined} fresh={count - shown.count} />
        <button type="button" onClick={held.value === undefined ? hold : goOn}>
          {held.value === undefined ? "Pause" : "Continue"}
        </button>
      </div>
      <Rows entries={shown} project={project} held={held.value !== undefined} onHold={hold} />
    </>
  );
}

function Refused({ failure }: { failure: Failure }) {
  return (
    <div class="running">
      <Notice failure={failure} instead />
    </div>
  );
}

interface RunningProps {
  connection: Connection;
  held: boolean;
  /** How many entries are new since it is held. */
  fresh: number;
}

function Running({ connection, held, fresh }: RunningProps) {
  if (held)
    return (
      <>
        <Badge key="paused" tone="warn" icon="pause">
          Paused
        </Badge>
        <span class="muted number">{`${fresh.toLocaleString("en")} new`}</span>
      </>
    );
  if (connection.kind === "live")
    return (
      <Badge key="live" tone="good" icon="dot">
        Live
      </Badge>
    );
  if (connection.kind === "connecting")
    return (
      <Badge key="connecting" tone="calm" icon="half">
        Connecting
      </Badge>
    );
  return (
    <>
      <Badge key="failed" tone="bad" icon="cross">
        Not connected
      </Badge>
      <span class="why" role="alert">
        <Text>{connection.failure.sentence}</Text>
      </span>
    </>
  );
}
