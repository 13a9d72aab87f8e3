/** What is known about a failed call, as properties. */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.v1.TriggerSyncResponse
import io.grpc.Status
import kotlin.jvm.optionals.getOrNull
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** gRPC's code, such as `NOT_FOUND`. */
public val BellropeException.code: Status.Code
    get() = code()

/** A name of the proto's `Error.Reason`, or empty if the error is not from the server. */
public val BellropeException.reason: String
    get() = reason()

/** The fields of the request that are wrong. */
public val BellropeException.fields: List<BellropeException.FieldViolation>
    get() = fields()

/** What else the server says about the error, by name. */
public val BellropeException.metadata: Map<String, String>
    get() = metadata()

/** How long to wait before sending the request again; null if the server does not say. */
public val BellropeException.retryAfter: Duration?
    get() = retryAfter().getOrNull()?.toKotlinDuration()

/** The outcome of each trigger of a `trigger` call, with its last attempt. */
public val BellropeException.results: List<TriggerSyncResponse.Result>
    get() = results()

/** The id of the event, even if it was not stored; empty if the error is not about one event. */
public val BellropeException.eventId: String
    get() = eventId()

/** The place, from 0, of the event at fault in a batch or a stream. */
public val BellropeException.index: Int?
    get() = index().let { if (it.isPresent) it.asInt else null }
