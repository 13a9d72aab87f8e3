/** Counts first what a bulk action would do, asks, and starts it; its page then shows how far it is. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BulkAction,
  BulkAction_Action,
  Delivery_State,
  type EventFilterSchema,
} from "@gen/bellrope/v1/deliveries_pb";
import { useSignal } from "@preact/signals";
import { deliveries } from "../api/clients";
import { present } from "../api/clock";
import { usePoll } from "../api/poll";
import { at, go } from "../router";
import { timestamp } from "../text/times";
import { Confirm } from "../ui/Confirm";
import { Check, Field } from "../ui/Field";
import { Moment, momentOf, NO_TIME } from "../ui/Moment";
import { Notice } from "../ui/Notice";
import { count, counted, skipped, VERBS } from "./bulk";
import { SendTo } from "./SendTo";
import type { Wanted } from "./wanted";

const LONG = 300_000; // ms that a count may take
const MANY = 100n; // for more than these a reason is asked for
const FASTEST = 10_000; // a second

export interface BulkQuestionProps {
  project: string;
  action: BulkAction_Action;
  /** Which deliveries; for REPLAY_EVENTS `events` says which. */
  filter?: Wanted;
  events?: MessageInitShape<typeof EventFilterSchema>;
  onClose: () => void;
}

export function BulkQuestion({ project, action, filter, events, onClose }: BulkQuestionProps) {
  const form = useForm(action);
  const request = () => ({ project, action, filter, events, ...form.chosen() });
  const poll = usePoll(
    (signal) => {
      if (form.lacksTrigger()) return Promise.resolve(undefined);
      const now = action === BulkAction_Action.RESCHEDULE ? timestamp(new Date(present())) : undefined;
      const asked = { ...request(), dueTime: now, dryRun: true, maxPerSecond: 0 };
      return deliveries.startBulkAction(asked, { signal, timeoutMs: LONG });
    },
    { every: 0, about: [form.to.value, form.force.value] },
  );
  const { value: found, failure } = poll.state.value;
  const state = filter?.state ?? Delivery_State.STATE_UNSPECIFIED;
  const verb = VERBS[action];
  const named = found && counted(found.doneCount, action, state);
  const confirm = async () => {
    const started = await deliveries.startBulkAction(request(), { timeoutMs: LONG });
    void go(at`projects/${project}/bulk/${started.bulkAction}`);
  };
  return (
    <Confirm
      title={named ? `${verb} ${named}?` : `${verb} all that the filters find?`}
      action={named ? `${verb} ${named}` : verb}
      danger={action === BulkAction_Action.CANCEL}
      grows
      ready={() => !!found && form.ready(found.doneCount)}
      onConfirm={confirm}
      onClose={onClose}
    >
      {action === BulkAction_Action.REPLAY && (
        <SendTo
          project={project}
          none="Each to its own trigger"
          help="Choose another trigger for those whose own one was deleted."
          value={form.to.value}
          onChange={(name) => (form.to.value = name)}
        />
      )}
      {action === BulkAction_Action.REPLAY_EVENTS && <Receiver project={project} form={form} />}
      {action === BulkAction_Action.RESCHEDULE && (
        <Moment
          label="New time"
          value={form.wall.value}
          error={form.wrong.value.time}
          onChange={(value) => (form.wall.value = value)}
        />
      )}
      <Rate form={form} />
      {failure ? (
        <Notice failure={failure} onRetry={poll.refresh} />
      ) : (
        <Counted found={found} action={action} />
      )}
      {found && found.doneCount > MANY && <Reason form={form} />}
    </Confirm>
  );
}

type Form = ReturnType<typeof useForm>;

interface Wrong {
  time?: string;
  rate?: string;
  reason?: string;
  to?: string;
}

/** What is filled in, and what is wrong with it. */
function useForm(action: BulkAction_Action) {
  const [to, force, rate] = [useSignal(""), useSignal(false), useSignal("500")];
  const [wall, reason, wrong] = [useSignal(NO_TIME), useSignal(""), useSignal<Wrong>({})];
  const time = () => (action === BulkAction_Action.RESCHEDULE ? momentOf(wall.value) : new Date());
  const lacksTrigger = () => action === BulkAction_Action.REPLAY_EVENTS && !to.value;
  const ready = (number: bigint) => {
    const found: Wrong = {};
    if (!(time() instanceof Date))
      found.time = time() ? "Choose one of the two moments." : "Choose a date and a time.";
    if (!(Number(rate.value) >= 1 && Number(rate.value) <= FASTEST))
      found.rate = `Enter 1 to ${count(FASTEST)}.`;
    if (number > MANY && !reason.value.trim()) found.reason = "Say why.";
    if (lacksTrigger()) found.to = "Choose the trigger.";
    wrong.value = found;
    return !Object.keys(found).length && number > 0n;
  };
  const chosen = () => {
    const due = time();
    const dueTime =
      action === BulkAction_Action.RESCHEDULE && due instanceof Date ? timestamp(due) : undefined;
    const why = reason.value.trim();
    return { trigger: to.value, force: force.value, maxPerSecond: Number(rate.value), dueTime, reason: why };
  };
  return { to, force, rate, wall, reason, wrong, lacksTrigger, ready, chosen };
}

function Counted({ found, action }: { found: BulkAction | undefined; action: BulkAction_Action }) {
  if (!found)
    return (
      <p class="consequence">
        {action === BulkAction_Action.REPLAY_EVENTS
          ? "Choose the trigger: then they are counted."
          : "Counting …"}
      </p>
    );
  const goes = found.doneCount
    ? "It goes on if you close this tab, and is found under Bulk actions. What comes later is left out."
    : "There is nothing to do.";
  return (
    <>
      {action === BulkAction_Action.CANCEL && <p>Attempts under way go on.</p>}
      {!!skipped(found, true) && <p>{skipped(found, true)}</p>}
      {!!found.againCount && (
        <p>{count(found.againCount)} of them the trigger got before: it gets them again.</p>
      )}
      <p class="muted">{goes}</p>
    </>
  );
}

function Receiver({ project, form }: { project: string; form: Form }) {
  return (
    <>
      <SendTo
        project={project}
        none="Choose a trigger"
        value={form.to.value}
        error={form.wrong.value.to}
        onChange={(name) => (form.to.value = name)}
      />
      <Check
        label="Send also what the trigger does not match"
        checked={form.force.value}
        onChange={(force) => (form.force.value = force)}
      />
    </>
  );
}

function Rate({ form }: { form: Form }) {
  return (
    <Field
      label="At most in a second"
      error={form.wrong.value.rate}
      help="How fast webhooks are called depends on the limits of their triggers."
    >
      {(control) => (
        <input
          {...control}
          class="number"
          inputMode="numeric"
          value={form.rate.value}
          onInput={(event) => (form.rate.value = event.currentTarget.value.trim())}
        />
      )}
    </Field>
  );
}

function Reason({ form }: { form: Form }) {
  return (
    <Field label="Reason" error={form.wrong.value.reason} help="It is kept with the bulk action.">
      {(control) => (
        <input
          {...control}
          maxLength={500}
          autocomplete="off"
          value={form.reason.value}
          onInput={(event) => (form.reason.value = event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
