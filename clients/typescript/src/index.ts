/** The client of bellrope: `import { Bellrope } from "bellrope"`. */

export { Answer, type Queued } from "./answers.js";
export { Bellrope, type CallLimits } from "./bellrope.js";
export { decode } from "./decode.js";
export { type Duration, duration } from "./durations.js";
export { encode } from "./encode.js";
export {
  BellropeError,
  Conflict,
  DeadlinePassed,
  type EventPlace,
  type Failure,
  type FieldViolation,
  InternalError,
  InvalidRequest,
  KeyRequired,
  NoTriggerMatched,
  NotFound,
  Overloaded,
  OverQuota,
  type Reason,
  ResponseTooLarge,
  TooLarge,
  TriggerPaused,
  Unavailable,
  WebhookFailed,
} from "./errors.js";
export { type Event, type EventFields, event } from "./events.js";
export { type Page, pages } from "./pages.js";
export { RawJSON } from "./raw-json.js";
export type { Settings } from "./settings.js";
export type { Events } from "./source.js";
export type { TailFilter } from "./tail.js";
export type { Outcome } from "./window.js";
