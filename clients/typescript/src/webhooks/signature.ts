/**
 * Checks that a request is signed with the secret: signatures of version 1 of Standard Webhooks.
 *
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */

import { Webhook } from "standardwebhooks";
import { fromBase64 } from "../base64.js";
import { lower, type RequestHeaders } from "./headers.js";

const PREFIX = "whsec_";
const KEY = /^(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HMAC = { name: "HMAC", hash: "SHA-256" };
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SIGNATURE_ONLY = { jsonParse: false };

/** The request was not signed with the secret, was changed on its way, or is too old or too new. */
export class SignatureInvalid extends Error {
  override readonly name: string = "SignatureInvalid";
}

/** The secret of a trigger; several while one replaces another. */
export type Secret = string | readonly string[];

/**
 * Return if the request is genuine: signed with the secret, or one of them, within five minutes of now.
 *
 * `body` must be the bytes as they came, because decoding and encoding JSON changes them. Throws
 * SignatureInvalid; and TypeError if a secret is not `whsec_` and the base64 of 24 to 64 bytes.
 */
export async function verify(
  body: Uint8Array | string,
  headers: RequestHeaders,
  secret: Secret,
): Promise<void> {
  const secrets = secretsOf(secret);
  const named = lower(headers);
  const tried = await Promise.allSettled(secrets.map((each) => verifyOne(body, named, each)));
  const refused = tried.filter((result) => result.status === "rejected");
  if (refused.length === secrets.length) {
    throw new SignatureInvalid(`The request is not genuine: ${refused[0]?.reason.message}.`);
  }
}

/** Return the secrets. Throws TypeError if one is none, without showing it. */
export function secretsOf(secret: Secret): readonly string[] {
  const secrets = [secret].flat();
  if (secrets.length === 0 || !secrets.every(isSecret)) {
    throw new TypeError("A secret must be whsec_ and the base64 of 24 to 64 bytes.");
  }
  return secrets;
}

async function verifyOne(
  body: Uint8Array | string,
  headers: Record<string, string>,
  secret: string,
): Promise<void> {
  const webhook = new Webhook(secret);
  const text = typeof body === "string" ? body : textOf(body);
  if (text !== undefined) {
    webhook.verify(text, headers, SIGNATURE_ONLY);
    return;
  }
  // The library signs text only. For other bytes we check the signature, and it checks the rest.
  const { "webhook-id": id = "", "webhook-timestamp": time = "" } = headers;
  const isSigned = await isSignedWith(secret, body as Uint8Array, headers);
  const signature = webhook.sign(id, new Date(Number(time) * 1000), isSigned ? "" : "another");
  webhook.verify("", { ...headers, "webhook-signature": signature }, SIGNATURE_ONLY);
}

async function isSignedWith(
  secret: string,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", fromBase64(secret.slice(PREFIX.length)), HMAC, false, [
    "verify",
  ]);
  const head = new TextEncoder().encode(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`);
  const signed = new Uint8Array([...head, ...body]);
  const given = headers["webhook-signature"]?.split(" ") ?? [];
  const matches = given.map((each) => crypto.subtle.verify("HMAC", key, signatureIn(each), signed));
  return (await Promise.all(matches)).includes(true);
}

/** Return the bytes of a signature; none if it is of another version, or no base64. */
function signatureIn(given: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(given.startsWith("v1,") ? given.slice("v1,".length) : "");
  } catch {
    return new Uint8Array();
  }
}

function isSecret(secret: unknown): boolean {
  return typeof secret === "string" && secret.startsWith(PREFIX) && KEY.test(secret.slice(PREFIX.length));
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return UTF8.decode(body);
  } catch {
    return undefined;
  }
}
