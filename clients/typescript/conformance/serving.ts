/** Serves the client's ready handlers. */

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import express from "express";
import { forExpress, forFetch, type Receiver, Refused, reply } from "../src/webhooks/index.js";
import { builtOf, type EventSpec, eventOf, received, type Spec } from "./values.js";

/** What the function of the application does. */
export interface Returns {
  readonly value?: Spec;
  readonly events?: readonly EventSpec[];
  readonly refuse?: string;
  readonly fail?: string;
}

const STACKS: Record<string, (secrets: string[], receiver: Receiver) => RequestListener> = {
  "node:http": (secrets, receiver) => forExpress(secrets, receiver),
  express: (secrets, receiver) => {
    const app = express();
    app.set("env", "production"); // in others, Express shows a browser what went wrong
    app.post("/hook", forExpress(secrets, receiver));
    return app;
  },
  fetch: (secrets, receiver) => fromFetch(forFetch(secrets, receiver)),
};

export const stacks = Object.keys(STACKS);

/** A handler that answers until `stop`. */
export class Serving {
  readonly #server: Server;
  readonly #received: object[] = [];

  constructor(stack: string, secrets: string[], returns: Returns) {
    const listener = STACKS[stack];
    if (!listener) {
      throw new Error(`there is no stack ${stack}`);
    }
    this.#server = createServer(
      listener(secrets, (event) => {
        this.#received.push(received(event));
        return returned(returns);
      }),
    );
  }

  /** Return the URL once it listens. */
  async start(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, "127.0.0.1", ready));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** End it, and return what the function was given. */
  stop(): object[] {
    this.#server.close();
    this.#server.closeAllConnections();
    return this.#received;
  }
}

function returned({ value = { null: null }, events, refuse, fail }: Returns): unknown {
  if (refuse !== undefined) {
    throw new Refused(refuse);
  }
  if (fail !== undefined) {
    throw new Error(fail);
  }
  return events ? reply(builtOf(value), events.map(eventOf)) : builtOf(value);
}

/** Answer Node's requests with a function from `Request` to `Response`. */
function fromFetch(handle: (request: Request) => Promise<Response>): RequestListener {
  return async (request, response) => {
    const headers = new Headers(request.headers as Record<string, string>);
    const body = Readable.toWeb(request) as ReadableStream;
    const given = new Request("http://x/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
    const answered = await handle(given).catch(() => new Response(null, { status: 500 }));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(new Uint8Array(await answered.arrayBuffer()));
  };
}
