/** The events of a stream that have no outcome yet, and when to send them again. */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.Event
import bellrope.Outcome
import bellrope.Parts
import bellrope.v1.QueueStreamRequest
import bellrope.v1.QueueStreamResponse
import kotlin.time.Duration

private const val MOST_EVENTS = 1024
private const val MOST_BYTES =
    16 * 1024 * 1024 // of data; beyond it, no event is taken until others are settled

/** A window that was full takes events again when it is so full, to send many at once. */
private const val REFILLED_AT = 0.75

/**
 * Holds each event from the time it is taken from the caller until it is on disk or refused.
 *
 * [timeout] is how long to wait for an answer, and how long to retry without one. Only time limits
 * the retries: a caller that gives up a stream loses its place among the events.
 */
internal class Window(private val project: String, private val timeout: Duration) {
    private val unsettled = ArrayDeque<QueueStreamRequest>()
    private var bytes = 0L
    private var settledCount = 0
    private var tries: Tries? = null // since the last answer

    /** The messages that a new connection must send, in order. */
    val messages: List<QueueStreamRequest>
        get() = unsettled

    /** Whether every event has its outcome. */
    val isEmpty: Boolean
        get() = unsettled.isEmpty()

    /** Whether another event must be settled before the next is taken. */
    var isFull: Boolean = false
        private set

    /** How long to wait for the next answer. */
    val patience: Duration
        get() = tries?.left ?: timeout

    /** Holds an event, and returns the message to send. */
    fun add(event: Event): QueueStreamRequest {
        val message =
            QueueStreamRequest.newBuilder().setEvent(Parts.request(event, project)).build()
        unsettled.addLast(message)
        bytes += message.event.data.size()
        isFull = isFilled(1.0)
        return message
    }

    /** Returns the outcomes in an answer, and drops their events. */
    fun settle(answer: QueueStreamResponse): List<Outcome> {
        tries = null
        val outcomes = answer.resultsList.map(::outcome)
        isFull = isFull && isFilled(REFILLED_AT)
        return outcomes
    }

    private fun isFilled(part: Double) =
        unsettled.size >= MOST_EVENTS * part || bytes >= MOST_BYTES * part

    private fun outcome(result: QueueStreamResponse.Result): Outcome {
        val event = unsettled.removeFirst().event
        bytes -= event.data.size()
        val index = settledCount++
        return if (result.hasAccepted()) Parts.queued(result.accepted)
        else Parts.exception(result.error, event.id, index)
    }

    /**
     * Returns how long to wait before sending the rest again, or throws the error of the first
     * event.
     */
    fun pauseAfter(error: BellropeException): Duration {
        val tries = tries ?: Tries(timeout).also { tries = it }
        return tries.pauseAfter(error)
            ?: throw Parts.at(error, unsettled.first().event.id, settledCount)
    }
}
