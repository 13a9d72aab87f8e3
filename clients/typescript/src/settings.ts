/** Which server a client calls, and with which key. */

import type { Transport } from "@connectrpc/connect";
import { type Duration, milliseconds } from "./durations.js";

/** The settings of a client. Each has a default. */
export interface Settings {
  /**
   * The server. In Node its gRPC address: `HOST:PORT` or `http://HOST:PORT` without TLS, `https://HOST` with TLS.
   * Default: the environment variable `BELLROPE_SERVER`, or `127.0.0.1:4123`. In a browser the URL of its HTTP
   * port, with a path if it has one. Default: the origin of the page.
   */
  readonly server?: string | undefined;
  /** The project of events and of requests that name none. Default: `BELLROPE_PROJECT` in Node, or `default`. */
  readonly project?: string | undefined;
  /** The key to call with. Default: `BELLROPE_KEY` or `BELLROPE_ADMIN_KEY` in Node, or none. */
  readonly key?: string | undefined;
  /** Allow a key on a connection without TLS to another machine. Anyone on the way can read it. */
  readonly keyWithoutTls?: boolean | undefined;
  /** How long a call may take, all its retries together; not for `trigger`. Default: 10 seconds. */
  readonly timeout?: Duration | undefined;
  /** A transport of Connect of your own. It replaces `server`; the key is sent over it. */
  readonly transport?: Transport | undefined;
}

/** Settings with their defaults. */
export interface Resolved {
  readonly url: URL;
  readonly project: string;
  readonly key: string | undefined;
  readonly timeoutMs: number;
}

/** What the place where a client runs gives in place of settings. */
export interface Defaults {
  readonly server: string;
  readonly project: string | undefined;
  readonly key: string | undefined;
  /** What `HOST:PORT` without a scheme begins with. */
  readonly scheme: string;
  /** What a path alone is relative to. */
  readonly base?: string;
}

const TIMEOUT = { seconds: 10 };
const SENDABLE = /^[!-~]+$/;
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Return the settings with their defaults. Throws TypeError if one is wrong. */
export function resolve(settings: Settings, defaults: Defaults): Resolved {
  const url = parsed(settings.server ?? defaults.server, defaults);
  const key = settings.key ?? defaults.key;
  if (key !== undefined && !SENDABLE.test(key)) {
    throw new TypeError("The key must be printable ASCII characters without white space.");
  }
  const safe = url.protocol === "https:" || LOOPBACK.test(url.hostname) || settings.transport;
  if (key !== undefined && !safe && !settings.keyWithoutTls) {
    throw new TypeError(
      `A key would cross the network unencrypted. Use https://${url.host} or \`keyWithoutTls\`.`,
    );
  }
  const timeoutMs = milliseconds(settings.timeout ?? TIMEOUT, "timeout");
  return { url, key, timeoutMs, project: settings.project ?? defaults.project ?? "default" };
}

function parsed(server: string, { scheme, base }: Defaults): URL {
  const hasScheme = server.includes("://") || server.startsWith("/");
  try {
    const url = new URL(hasScheme ? server : `${scheme}//${server}`, base);
    if (/^https?:$/.test(url.protocol) && !url.username) {
      return url;
    }
  } catch {
    // What is no URL is said below.
  }
  const shown = server.includes("@") ? "The server" : `\`${server}\``; // before an @ stands a password
  throw new TypeError(`${shown} is no server. Write HOST:PORT, http://HOST:PORT or https://HOST.`);
}
