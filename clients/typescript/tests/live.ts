/** What the tests against a server share: its addresses, a webhook, and clients. */

import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { after } from "node:test";
import { Bellrope, type Settings } from "../src/index.js";

/** The gRPC address of the server that the tests call. */
export const SERVER = process.env.TEST_SERVER ?? "127.0.0.1:4123";

/** The HTTP address of the server that the tests call. */
export const HTTP = process.env.TEST_HTTP ?? "http://127.0.0.1:4122";

/** A request as a webhook got it. */
export interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A webhook that keeps its requests, and answers what the test wants. */
export class Hook {
  readonly posts: Post[] = [];
  /** What it answers: a status and a body. */
  answer: [number, string | Uint8Array] = [200, '{"fine": true}'];
  url = "";
  #wake: () => void = () => {};

  static async start(): Promise<Hook> {
    const hook = new Hook();
    hook.url = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      hook.posts.push({ headers: request.headers, body: Buffer.concat(chunks) });
      hook.#wake();
      const [status, body] = hook.answer;
      response.writeHead(status).end(body);
    });
    return hook;
  }

  /** Wait for the request of a number, from 1. */
  async post(number: number): Promise<Post> {
    for (;;) {
      const post = this.posts[number - 1];
      if (post) {
        return post;
      }
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }
}

/** Serve until the tests of the file have ended, and return the address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

/** Accept connections until the tests have ended, and return the address. */
export async function listening(accept: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer(accept);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Return a client of the server, which is closed after the tests of the file. */
export function client(settings: Settings = {}): Bellrope {
  const bellrope = new Bellrope({ server: SERVER, ...settings });
  after(() => bellrope.close());
  return bellrope;
}

let types = 0;

/** Return a type of event that no other test has. */
export function newType(): string {
  types += 1;
  return `typescript-${process.pid}-${types}`;
}

/** Create a trigger with a type of its own, and return the type, which is also its name. */
export async function trigger(bellrope: Bellrope, url: string, more: object = {}): Promise<string> {
  const type = newType();
  await bellrope.triggers.createTrigger({ trigger: { name: type, type, url, retries: 0, ...more } });
  return type;
}
