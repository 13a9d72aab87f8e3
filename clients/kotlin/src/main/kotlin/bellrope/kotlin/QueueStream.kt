/** Sends the events of a flow while it waits for answers, and connects again if it must. */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.Event
import bellrope.Outcome
import bellrope.Parts
import bellrope.v1.QueueStreamRequest
import bellrope.v1.QueueStreamResponse
import io.grpc.Status
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.consumeAsFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.produceIn
import kotlinx.coroutines.future.await
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select

/** Events that are collected before there is room for them: each handed over alone takes longer. */
private const val AHEAD = 16

/** The RPC. */
internal typealias Exchange = (Flow<QueueStreamRequest>) -> Flow<QueueStreamResponse>

/** Emits the outcome of each event, in order. */
internal fun outcomes(
    events: Flow<Event>,
    parts: Parts,
    window: () -> Window,
    exchange: Exchange,
): Flow<Outcome> = flow {
    coroutineScope {
        val stream = QueueStream(events.steps().produceIn(this), window())
        while (stream.hasNext()) {
            val end = with(stream) { emitOutcomes(Connection(this@coroutineScope, exchange)) }
            stream.pauseAfter(end)?.let { parts.pause(it.toJavaDuration()).await() }
        }
    }
}

/** What happens in a stream. */
private sealed interface Step {
    /** The caller has given an event. */
    class Given(val event: Event) : Step

    /** The caller has no more events. */
    data object NoMore : Step

    /** The server has answered. */
    class Answered(val answer: QueueStreamResponse) : Step

    /** The connection has ended. */
    class Ended(val why: BellropeException) : Step
}

/** The steps of the caller, of which a few wait until they are received. */
private fun Flow<Event>.steps(): Flow<Step> =
    map<Event, Step> { Step.Given(it) }
        .onCompletion { error -> if (error == null) emit(Step.NoMore) }
        .buffer(AHEAD)

/** One call of the RPC. */
private class Connection(scope: CoroutineScope, exchange: Exchange) {
    private val requests = Channel<QueueStreamRequest>(Channel.UNLIMITED) // the window limits it

    val steps: ReceiveChannel<Step> =
        typed(exchange(requests.consumeAsFlow()))
            .map<QueueStreamResponse, Step> { Step.Answered(it) }
            .catch { emit(Step.Ended(it as? BellropeException ?: throw it)) }
            .onCompletion {
                emit(Step.Ended(failure(Status.UNAVAILABLE, "The server ended the stream.")))
            }
            .produceIn(scope)

    fun send(message: QueueStreamRequest) {
        requests.trySend(message) // if the call has ended, its last step says so
    }

    /** Sends no more. */
    fun end() {
        requests.close()
    }

    /** Cancels the call. */
    fun close() {
        steps.cancel()
    }
}

/** A stream over one connection after another. */
private class QueueStream(private val given: ReceiveChannel<Step>, private val window: Window) {
    private var hasMore = true
    private val hasRoom
        get() = hasMore && !window.isFull

    /** Whether there is something to send; takes the next event to see. */
    suspend fun hasNext(): Boolean {
        if (window.isEmpty && hasMore) {
            take(given.receive())
        }
        return !window.isEmpty
    }

    /** Sends events and emits outcomes until the connection ends; returns why it did. */
    suspend fun FlowCollector<Outcome>.emitOutcomes(connection: Connection): BellropeException {
        window.messages.forEach(connection::send)
        try {
            while (true) {
                if (!hasMore) connection.end()
                when (val step = next(connection)) {
                    is Step.Ended -> return step.why
                    is Step.Answered -> window.settle(step.answer).forEach { emit(it) }
                    else -> take(step)?.let(connection::send)
                }
            }
        } finally {
            connection.close()
        }
    }

    /**
     * Returns how long to wait before the next connection, or null if it is not needed; throws the
     * error at the end.
     */
    fun pauseAfter(error: BellropeException) =
        if (window.isEmpty) null else window.pauseAfter(error)

    private fun take(step: Step): QueueStreamRequest? {
        hasMore = step is Step.Given
        return (step as? Step.Given)?.let { window.add(it.event) }
    }

    /** Waits for what happens next. */
    private suspend fun next(connection: Connection): Step =
        connection.steps.tryReceive().getOrNull()
            ?: given.takeIf { hasRoom }?.tryReceive()?.getOrNull()
            ?: select {
                connection.steps.onReceive { it }
                if (hasRoom) {
                    given.onReceive { it }
                }
                if (!hasRoom || !window.isEmpty) {
                    @OptIn(ExperimentalCoroutinesApi::class)
                    onTimeout(window.patience) {
                        Step.Ended(failure(Status.DEADLINE_EXCEEDED, "The server does not answer."))
                    }
                }
            }
}
