/** When to connect again: after a pause that doubles from 0.1 s to 1.6 s. */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.UnavailableException
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

private val FIRST_PAUSE = 100.milliseconds
private val LONGEST_PAUSE = 1600.milliseconds
private const val JITTER = 0.5

/** The tries of a stream, of which there are as many as fit into the timeout. */
internal class Tries(timeout: Duration) {
    private val end = TimeSource.Monotonic.markNow() + timeout
    private var pause = FIRST_PAUSE

    /** How long until the deadline. */
    val left: Duration
        get() = -end.elapsedNow()

    /**
     * Returns how long to wait before the next try, or null to give up.
     *
     * A random part of up to a half is added, so that not all clients return at once to a server
     * that is back.
     */
    fun pauseAfter(error: BellropeException): Duration? {
        val next = pause * (1 + JITTER * Random.nextDouble())
        pause = minOf(pause * 2, LONGEST_PAUSE)
        return next.takeIf { error is UnavailableException && it < left }
    }
}
