/** Makes events. */
package bellrope.kotlin

import bellrope.Event
import bellrope.RawJson
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.toJavaDuration

private val NO_DATA = RawJson.of("null")

/**
 * Returns an event for a batch or a stream. The arguments are those of [Bellrope.queue].
 *
 * It has its id and its JSON from the start, so that it can be sent again.
 *
 * @throws IllegalArgumentException with the place, such as `data.items[2].price`, if JSON cannot
 *   hold the data
 */
public inline fun <reified T> event(
    type: String,
    data: T,
    time: Instant? = null,
    delay: Duration? = null,
    id: String? = null,
    options: Map<String, String> = emptyMap(),
    expireTime: Instant? = null,
    traceparent: String = "",
    tracestate: String = "",
): Event = event(type, encode(data), time, delay, id, options, expireTime, traceparent, tracestate)

/** Returns an event without data, like the other [event]. */
public fun event(
    type: String,
    data: Nothing? = null,
    time: Instant? = null,
    delay: Duration? = null,
    id: String? = null,
    options: Map<String, String> = emptyMap(),
    expireTime: Instant? = null,
    traceparent: String = "",
    tracestate: String = "",
): Event = event(type, NO_DATA, time, delay, id, options, expireTime, traceparent, tracestate)

/** Returns an event with JSON text, like the other [event]. */
public fun event(
    type: String,
    data: RawJson,
    time: Instant? = null,
    delay: Duration? = null,
    id: String? = null,
    options: Map<String, String> = emptyMap(),
    expireTime: Instant? = null,
    traceparent: String = "",
    tracestate: String = "",
): Event =
    Event(
        type,
        data,
        id ?: Event.of(type, data).id,
        time,
        delay?.toJavaDuration(),
        options,
        expireTime,
        traceparent,
        tracestate,
    )
