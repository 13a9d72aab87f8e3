/** Sends the events of a flow while it waits for answers, and connects again if it must. */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.Event
import bellrope.Outcome
import bellrope.Parts
import bellrope.v1.EventingGrpc
import bellrope.v1.QueueStreamRequest
import bellrope.v1.QueueStreamResponse
import io.grpc.CallOptions
import io.grpc.Channel as GrpcChannel
import io.grpc.ClientCall
import io.grpc.Metadata
import io.grpc.Status
import kotlin.time.ComparableTimeMark
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.produceIn
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select

/** Events that are collected before there is room for them: each handed over alone takes longer. */
private const val AHEAD = 16

/** Answers that may come before they are read. */
private const val ANSWERS_AHEAD = 64

/** Emits the outcome of each event, in order. */
internal fun outcomes(
    events: Flow<Event>,
    parts: Parts,
    window: () -> Window,
    channel: GrpcChannel,
): Flow<Outcome> = flow {
    coroutineScope {
        val stream = QueueStream(events.steps().produceIn(this), window())
        while (stream.hasNext()) {
            val end = with(stream) { emitOutcomes(Connection(channel)) }
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

/**
 * One call of the RPC, without the coroutine stub: its flows would take longer than the events
 * themselves.
 */
private class Connection(channel: GrpcChannel) {
    val steps = Channel<Step>(Channel.UNLIMITED) // what is requested limits it
    private val call = channel.newCall(EventingGrpc.getQueueStreamMethod(), CallOptions.DEFAULT)

    init {
        call.start(Listener(), Metadata())
        call.request(ANSWERS_AHEAD)
    }

    fun send(message: QueueStreamRequest) {
        call.sendMessage(message) // if the call has ended, its last step says so
    }

    /** Lets another answer come, after one was read. */
    fun requestNext() {
        call.request(1)
    }

    /** Sends no more. */
    fun end() {
        call.halfClose()
    }

    /** Cancels the call. */
    fun close() {
        call.cancel("The caller ended the call.", null)
    }

    private inner class Listener : ClientCall.Listener<QueueStreamResponse>() {
        override fun onMessage(message: QueueStreamResponse) {
            steps.trySend(Step.Answered(message))
        }

        override fun onClose(status: Status, trailers: Metadata) {
            val why =
                if (status.isOk) failure(Status.UNAVAILABLE, "The server ended the stream.")
                else Parts.exception(status, trailers)
            steps.trySend(Step.Ended(why))
        }
    }
}

/** A stream over one connection after another. */
private class QueueStream(private val given: ReceiveChannel<Step>, private val window: Window) {
    private var hasMore = true
    private val hasRoom
        get() = hasMore && !window.isFull

    /** Until when the server may be silent, while an answer is awaited. */
    @Volatile private var patienceEnds: ComparableTimeMark? = null

    /** Whether there is something to send; takes the next event to see. */
    suspend fun hasNext(): Boolean {
        if (window.isEmpty && hasMore) {
            take(given.receive())
        }
        return !window.isEmpty
    }

    /** Sends events and emits outcomes until the connection ends; returns why it did. */
    suspend fun FlowCollector<Outcome>.emitOutcomes(connection: Connection): BellropeException =
        coroutineScope {
            val watch = launch { watch(connection) }
            try {
                exchange(connection)
            } finally {
                watch.cancel()
                connection.close()
            }
        }

    private suspend fun FlowCollector<Outcome>.exchange(connection: Connection): BellropeException {
        window.messages.forEach(connection::send)
        if (!hasMore) connection.end()
        while (true) {
            when (val step = next(connection)) {
                is Step.Ended -> return step.why
                is Step.Answered -> {
                    connection.requestNext()
                    for (outcome in window.settle(step.answer)) emit(outcome)
                }
                else -> take(step)?.let(connection::send) ?: connection.end()
            }
        }
    }

    /**
     * Ends a connection whose server is silent for too long. A timer for each answer would take
     * longer than the answer.
     */
    private suspend fun watch(connection: Connection) {
        while (true) {
            val end = patienceEnds
            val left = end?.let { -it.elapsedNow() } ?: window.patience
            if (!left.isPositive()) {
                val why = failure(Status.DEADLINE_EXCEEDED, "The server does not answer.")
                connection.steps.trySend(Step.Ended(why))
                return
            }
            delay(left)
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
            ?: awaited(connection)

    private suspend fun awaited(connection: Connection): Step {
        patienceEnds =
            if (window.isEmpty) null else TimeSource.Monotonic.markNow() + window.patience
        try {
            return select {
                connection.steps.onReceive { it }
                if (hasRoom) {
                    given.onReceive { it }
                }
            }
        } finally {
            patienceEnds = null
        }
    }
}
