/** For webhooks: checks a request's signature, reads the event in it, and answers. None of this loads gRPC. */

export { type Receiver, receive } from "./answering.js";
export { forExpress, type NodeRequest, type NodeResponse } from "./express.js";
export { forFetch } from "./fetch.js";
export type { RequestHeaders } from "./headers.js";
export { NotAnEvent, parse, type Received } from "./received.js";
export { type ChainedEvent, NO_RETRY, Refused, type Reply, reply } from "./reply.js";
export { type Secret, SignatureInvalid, verify } from "./signature.js";
