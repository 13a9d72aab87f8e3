/** A transport whose calls send the key, have a timeout and a project, and throw BellropeError. */

import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { typed } from "./errors.js";

/** What each call gets. */
export interface CallSettings {
  readonly key: string | undefined;
  readonly project: string;
  /** For calls with one answer and without a timeout of their own. */
  readonly timeoutMs: number;
}

/** Return a transport like another one, with these settings in each call. */
export function calls(transport: Transport, { key, project, timeoutMs }: CallSettings): Transport {
  const withKey = (header: HeadersInit | undefined): Headers => {
    const headers = new Headers(header);
    if (key !== undefined) {
      headers.set("Authorization", `Bearer ${key}`);
    }
    return headers;
  };
  return {
    async unary(method, signal, timeout, header, input, values) {
      const message = inProject(method.input, input, project);
      try {
        return await transport.unary(method, signal, timeout ?? timeoutMs, withKey(header), message, values);
      } catch (error) {
        throw thrownFor(error, signal);
      }
    },
    async stream(method, signal, timeout, header, input, values) {
      const messages =
        method.methodKind === "server_streaming" ? inProjects(method.input, input, project) : input;
      try {
        const answer = await transport.stream(method, signal, timeout, withKey(header), messages, values);
        return { ...answer, message: typedErrors(answer.message, signal) };
      } catch (error) {
        throw thrownFor(error, signal);
      }
    },
  };
}

/** Return the request in the project, unless it names one, needs none, or would delete it. */
function inProject<Desc extends DescMessage>(
  type: Desc,
  input: MessageInitShape<Desc>,
  project: string,
): MessageInitShape<Desc> {
  const given = input as { project?: unknown };
  const takesOne = type.field.project?.fieldKind === "scalar" && type.name !== "DeleteProjectRequest";
  const isMissing = takesOne && !given.project;
  return isMissing ? create(type, { ...input, project }) : input;
}

async function* inProjects<Desc extends DescMessage>(
  type: Desc,
  inputs: AsyncIterable<MessageInitShape<Desc>>,
  project: string,
): AsyncGenerator<MessageInitShape<Desc>> {
  for await (const input of inputs) {
    yield inProject(type, input, project);
  }
}

async function* typedErrors<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw thrownFor(error, signal);
  }
}

/** Return what a failed call throws: the reason of the signal that ended it, as `fetch` does, or our error. */
function thrownFor(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : typed(error);
}
