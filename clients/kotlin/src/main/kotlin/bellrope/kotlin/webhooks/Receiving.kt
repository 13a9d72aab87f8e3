/** What a webhook gets and returns, as types that kotlinx.serialization knows. */
package bellrope.kotlin.webhooks

import bellrope.Event
import bellrope.kotlin.decode
import bellrope.kotlin.encode
import bellrope.webhooks.Received
import bellrope.webhooks.Reply

/**
 * The data of an event, as a type. Members that the type does not have are ignored.
 *
 * @throws IllegalArgumentException if the data is not JSON, or does not fit the type
 */
public inline fun <reified T> Received.data(): T = decode(raw)

/**
 * Returns an answer that also queues up to 100 events, if the trigger allows it (`chain_events`).
 *
 * A delivery may come twice. Give each event an `id` of your own, so that it is queued once.
 */
public inline fun <reified T> reply(response: T, vararg events: Event): Reply =
    Reply.of(encode(response), *events)
