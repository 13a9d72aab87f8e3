/** The client. */
package bellrope.kotlin

import bellrope.Answer
import bellrope.Event
import bellrope.Outcome
import bellrope.Parts
import bellrope.Queued
import bellrope.Settings
import bellrope.v1.EventingGrpcKt.EventingCoroutineStub
import bellrope.v1.TailRequest
import bellrope.v1.TailResponse
import io.grpc.ManagedChannel
import java.nio.file.Path
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.future.await

/**
 * Sends events to a bellrope server. Coroutines may share one; close it at the end.
 *
 * ```
 * Bellrope("127.0.0.1:4123").use { client ->
 *     client.queue("user-signed-up", mapOf("name" to "Zoë"))
 * }
 * ```
 *
 * Calls that fail throw [bellrope.BellropeException]. Every event has an id before it is sent, so
 * an event that may not have arrived is sent again under that id, up to five times within the
 * timeout. If the coroutine is cancelled, the call is cancelled, too. What is stored by then is
 * still delivered.
 *
 * [triggers], [deliveries], [projects] and [server] are the services. Their calls are not made
 * again. A request that names no project is for the client's.
 *
 * @param server the gRPC address: `HOST:PORT` or `http://HOST:PORT` without TLS, `https://HOST`
 *   with TLS. Default: the environment variable `BELLROPE_SERVER`, or `127.0.0.1:4123`
 * @param project the project of events, and of requests that name none. Default:
 *   `BELLROPE_PROJECT`, or `default`
 * @param key the key to call with. Default: `BELLROPE_KEY` or `BELLROPE_ADMIN_KEY`, or none
 * @param keyWithoutTls allows a key on a connection without TLS to another machine. Anyone on the
 *   way can read it
 * @param timeout how long a call may take, all its retries together. Default: 10 seconds, and 30
 *   seconds for [trigger]
 * @param trust a file in PEM with the certificates to trust, in place of those of the machine
 * @param channel a channel of your own. It replaces [server]; the key is sent over it. Close it
 *   yourself
 * @throws IllegalArgumentException if a setting is wrong
 */
public class Bellrope(
    server: String? = null,
    project: String? = null,
    key: String? = null,
    keyWithoutTls: Boolean = false,
    timeout: Duration? = null,
    trust: Path? = null,
    channel: ManagedChannel? = null,
) : AutoCloseable {
    private val client =
        bellrope.Bellrope.builder()
            .apply {
                server?.let(::server)
                project?.let(::project)
                key?.let(::key)
                timeout?.let { timeout(it.toJavaDuration()) }
                trust?.let(::trust)
                channel?.let(::channel)
                if (keyWithoutTls) keyWithoutTls()
            }
            .build()
    private val calls = Calls(Parts(client), client.settings().timeout.toKotlinDuration())

    private val eventing = EventingCoroutineStub(calls.channel)

    /** What the client was made of. */
    public val settings: Settings = client.settings()

    /** Manages triggers. */
    public val triggers: Triggers = Triggers(calls)

    /** Reads and changes the log: events, deliveries, replays. */
    public val deliveries: Deliveries = Deliveries(calls)

    /** Manages projects, and the types of events. */
    public val projects: Projects = Projects(calls)

    /** Tells about the server. */
    public val server: Server = Server(calls)

    /**
     * Stores an event. When this returns, it is on disk. The server calls its webhooks in the
     * background.
     *
     * @param data a class that kotlinx.serialization knows; maps and lists, which may mix types; a
     *   string, number or boolean; a `JsonElement`; or a [bellrope.RawJson]. A string is a JSON
     *   string
     * @param time when to call the webhooks; null or in the past means now
     * @param delay how long after [time], or after now, to call them
     * @param id your own key: an event sent twice with it is stored once. Null means a new one
     * @param options a trigger that has options matches only events that have them, too
     * @param expireTime no attempt starts at or after this time; null means never
     * @param traceparent a W3C trace context for the webhook
     * @param tracestate the W3C tracestate that belongs to it
     * @param timeout how long the call may take, all its retries together; null means the client's
     *   timeout
     * @throws IllegalArgumentException with the place, such as `data.items[2].price`, if JSON
     *   cannot hold the data
     */
    public suspend inline fun <reified T> queue(
        type: String,
        data: T,
        time: Instant? = null,
        delay: Duration? = null,
        id: String? = null,
        options: Map<String, String> = emptyMap(),
        expireTime: Instant? = null,
        traceparent: String = "",
        tracestate: String = "",
        timeout: Duration? = null,
    ): Queued =
        queue(
            event(type, data, time, delay, id, options, expireTime, traceparent, tracestate),
            timeout,
        )

    /** Stores an event without data, like the other [queue]. */
    public suspend fun queue(
        type: String,
        data: Nothing? = null,
        time: Instant? = null,
        delay: Duration? = null,
        id: String? = null,
        options: Map<String, String> = emptyMap(),
        expireTime: Instant? = null,
        traceparent: String = "",
        tracestate: String = "",
        timeout: Duration? = null,
    ): Queued =
        queue(
            event(type, data, time, delay, id, options, expireTime, traceparent, tracestate),
            timeout,
        )

    /** Stores an event that [event] made, like the other [queue]. */
    public suspend fun queue(event: Event, timeout: Duration? = null): Queued =
        client.queueAsync(event, timeout?.toJavaDuration() ?: settings.timeout).await()

    /**
     * Stores an event and waits for the answers of its webhooks. The arguments are those of
     * [queue].
     *
     * @param timeout how long to wait, at most five minutes. Default: 30 seconds. It ends only the
     *   wait; set [expireTime] to also stop calling webhooks
     */
    public suspend inline fun <reified T> trigger(
        type: String,
        data: T,
        time: Instant? = null,
        delay: Duration? = null,
        id: String? = null,
        options: Map<String, String> = emptyMap(),
        expireTime: Instant? = null,
        traceparent: String = "",
        tracestate: String = "",
        timeout: Duration? = null,
    ): Answer =
        trigger(
            event(type, data, time, delay, id, options, expireTime, traceparent, tracestate),
            timeout,
        )

    /**
     * Stores an event without data and waits for the answers of its webhooks, like the other
     * [trigger].
     */
    public suspend fun trigger(
        type: String,
        data: Nothing? = null,
        time: Instant? = null,
        delay: Duration? = null,
        id: String? = null,
        options: Map<String, String> = emptyMap(),
        expireTime: Instant? = null,
        traceparent: String = "",
        tracestate: String = "",
        timeout: Duration? = null,
    ): Answer =
        trigger(
            event(type, data, time, delay, id, options, expireTime, traceparent, tracestate),
            timeout,
        )

    /**
     * Stores an event that [event] made and waits for the answers of its webhooks, like the other
     * [trigger].
     */
    public suspend fun trigger(event: Event, timeout: Duration? = null): Answer =
        if (timeout == null) client.triggerAsync(event).await()
        else client.triggerAsync(event, timeout.toJavaDuration()).await()

    /**
     * Stores up to 1,000 events in one commit, all or none; returns for each what [queue] would
     * return.
     *
     * If one event is refused, none is stored; the exception's `index` and `eventId` say which one.
     * After an exception you can send the same events again.
     */
    public suspend fun queueBatch(events: List<Event>, timeout: Duration? = null): List<Queued> =
        client.queueBatchAsync(events, timeout?.toJavaDuration() ?: settings.timeout).await()

    /**
     * Stores the events of a flow of any length, and emits the outcome of each, in order.
     *
     * Events are collected and sent while the outcomes are collected: at most 1,024, or 16 MiB,
     * ahead of them. A refused event does not end the stream. If the server goes away, the client
     * connects again and sends the events without an outcome again. If no answer comes for
     * [timeout] (by default the client's), the flow fails with the connection's exception, with the
     * `index` and `eventId` of the first event without an outcome.
     */
    public fun queueStream(events: Flow<Event>, timeout: Duration? = null): Flow<Outcome> {
        val patience = timeout ?: settings.timeout.toKotlinDuration()
        return outcomes(events, calls.parts, { Window(settings.project, patience) }, calls.channel)
    }

    /**
     * Emits what happens from now on, for as long as it is collected.
     *
     * The first fact has no kind, and says that the stream has begun. If the server goes away, the
     * client waits for it; such a fact then comes again, and what happened meanwhile is not shown.
     * `droppedCount` says how many facts were lost just before one because you read too slowly. For
     * a complete record, read the lists.
     *
     * @param filter makes the request, which says what facts to watch
     */
    public fun tail(filter: TailRequest.Builder.() -> Unit = {}): Flow<TailResponse> {
        val request = TailRequest.newBuilder().apply(filter).build()
        return tail(calls.parts, deliveries.tail(request), settings.timeout.toKotlinDuration())
    }

    /** Ends the connection, and the calls that are under way. A channel of your own stays open. */
    override fun close(): Unit = client.close()
}
