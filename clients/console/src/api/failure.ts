/** What went wrong with a call: the server's sentence, its reason, and the fields at fault. */
import { Code, ConnectError } from "@connectrpc/connect";
import { type TriggerSyncResponse, TriggerSyncResponseSchema } from "@gen/bellrope/v1/eventing_pb";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "@gen/google/rpc/error_details_pb";

export interface Failure {
  /** For people: what is wrong, then what to do. */
  sentence: string;
  /** For programs, such as `INVALID_FIELD`; empty if the server said nothing. */
  reason: string;
  /** By the name of the field, as the server writes it: what is wrong there. */
  fields: ReadonlyMap<string, string>;
  /** Seconds after which the server wants to be asked again, if it said so. */
  retryAfter: number | undefined;
  /** True if no answer came: the server is down, or the network. */
  unreachable: boolean;
  /** True if the server refused the call because of who makes it: asking again changes nothing. */
  denied: boolean;
  /** True if the project of the address is not there: it was deleted, or never created. */
  gone: boolean;
  /** What the webhooks answered, if none of them succeeded. */
  results: TriggerSyncResponse | undefined;
}

const LONGEST = 2_000; // characters of a sentence; what is longer is none, and comes from a proxy
const LATE = "The server did not answer in time. Try again.";
const UNREACHABLE = "The server cannot be reached. Check that it runs and that you are connected.";

/** Return what an exception of a call says. */
export function failure(error: unknown): Failure {
  const said = ConnectError.from(error);
  const [info] = said.findDetails(ErrorInfoSchema);
  const violations = said.findDetails(BadRequestSchema).flatMap((each) => each.fieldViolations);
  const unreachable = !info && (said.cause instanceof TypeError || error instanceof TypeError);
  return {
    sentence: unreachable ? UNREACHABLE : !info && isLate(said.code) ? LATE : sentenceOf(said.rawMessage),
    reason: info?.reason ?? "",
    fields: new Map(violations.map((each) => [each.field, sentenceOf(each.description)])),
    retryAfter: Number(said.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds ?? 0) || undefined,
    unreachable,
    denied: said.code === Code.PermissionDenied,
    gone: info?.reason === "PROJECT_NOT_FOUND",
    results: said.findDetails(TriggerSyncResponseSchema)[0],
  };
}

/** A call that was ended for its time is Canceled here; one that the reader ended is not asked about. */
function isLate(code: Code): boolean {
  return code === Code.DeadlineExceeded || code === Code.Canceled;
}

/** True if an exception only says that the caller no longer wants the answer. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof DOMException && error.name === "AbortError");
}

function sentenceOf(text: string): string {
  if (!text) return "The server failed without a word.";
  const rest = text.length > LONGEST ? `${text.slice(1, LONGEST)}…` : text.slice(1);
  return text[0]!.toUpperCase() + rest;
}
