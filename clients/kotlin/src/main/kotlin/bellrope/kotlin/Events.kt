/** Makes events. */
package bellrope.kotlin

import bellrope.Event
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.toJavaDuration

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
): Event =
    Event.of(type, encode(data)).with(time, delay, id, options, expireTime, traceparent, tracestate)

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
): Event = Event.of(type, data).with(time, delay, id, options, expireTime, traceparent, tracestate)

@PublishedApi
internal fun Event.with(
    time: Instant?,
    delay: Duration?,
    id: String?,
    options: Map<String, String>,
    expireTime: Instant?,
    traceparent: String,
    tracestate: String,
): Event =
    Event(
        type,
        data,
        id ?: this.id,
        time,
        delay?.toJavaDuration(),
        options,
        expireTime,
        traceparent,
        tracestate,
    )
