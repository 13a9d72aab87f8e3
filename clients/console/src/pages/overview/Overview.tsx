/** How a project or one trigger has been doing: what came, what was delivered, what fails, and since when. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ahead } from "../../api/clock";
import { usePoll } from "../../api/poll";
import { TriggerField } from "../../log/TriggerField";
import type { PageProps } from "../../props";
import { at } from "../../router";
import { filter, setFilters } from "../../ui/Filters";
import { Notice } from "../../ui/Notice";
import { useTitle } from "../../ui/title";
import { AsTable } from "./AsTable";
import { Chart } from "./Chart";
import { charts } from "./charts";
import { sums } from "./counts";
import { statistics, waiting } from "./data";
import { Endpoints } from "./Endpoints";
import { RANGES, type RangeName, rangeName } from "./range";
import { Tiles } from "./Tiles";
import "../../log/log.css";
import "./overview.css";

const ESTIMATES =
  "A click on a bar shows its deliveries. Times are estimates: each is off by less than a factor of two.";
const OFTEN = 5_000; // ms

export default function Overview({ params }: PageProps) {
  const project = params.project!;
  const trigger = filter("trigger");
  const range = rangeName();
  const bar = useSignal<number | undefined>(undefined);
  const counts = usePoll((signal) => statistics(project, trigger, range, signal), {
    every: RANGES[range].every,
    about: [project, trigger, range, ahead.value],
  });
  const owing = usePoll((signal) => waiting(project, trigger, signal), {
    every: OFTEN,
    about: [project, trigger],
  });
  useTitle(trigger || "Overview", project);
  const { value, failure } = counts.state.value;
  const drawn = useMemo(() => charts(value, { project, trigger }), [value, project, trigger]);
  return (
    <div class="page overview">
      <div class="heading">
        <h1>Overview</h1>
        <div class="end">
          <TriggerField project={project} />
          <Ranges chosen={range} />
        </div>
      </div>
      {failure && (!value || failure.gone) ? (
        <Notice failure={failure} onRetry={() => void counts.refresh()} instead />
      ) : (
        <>
          <Tiles project={project} trigger={trigger} statistics={value} waiting={owing.state.value} />
          <p class="muted line">
            {failure ? (
              <span role="alert">What is below is from before. {failure.sentence}</span>
            ) : value && isEmpty(value.bars) ? (
              <Nothing project={project} words={RANGES[range].words} />
            ) : (
              ESTIMATES
            )}
          </p>
          <div class="charts" aria-busy={!value}>
            {drawn.map((chart) => (
              <Chart key={chart.title} {...chart} statistics={value} bar={bar} />
            ))}
          </div>
          <p id="chart-keys" class="sr">
            Arrow keys move from bar to bar and from part to part. Enter shows the deliveries.
          </p>
          {!trigger && <Endpoints project={project} statistics={value} />}
          <AsTable statistics={value} to={{ project, trigger }} />
        </>
      )}
    </div>
  );
}

function isEmpty(bars: Parameters<typeof sums>[0]): boolean {
  const { accepted, succeeded, failed } = sums(bars);
  return !accepted && !succeeded && !failed;
}

function Ranges({ chosen }: { chosen: RangeName }) {
  return (
    <div class="quick" role="group" aria-label="Time">
      {(Object.keys(RANGES) as RangeName[]).map((name) => (
        <button
          key={name}
          type="button"
          aria-label={RANGES[name].words}
          aria-pressed={name === chosen}
          onClick={() => setFilters({ range: name })}
        >
          {name.replace(/(?=[hd])/, " ")}
        </button>
      ))}
    </div>
  );
}

function Nothing({ project, words }: { project: string; words: string }) {
  return (
    <>
      Nothing came and nothing was sent in {words}.{" "}
      <a href={at`projects/${project}/trigger`}>Trigger an event</a>, or look further back.
    </>
  );
}
