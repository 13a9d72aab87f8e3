/** Watches what happens, and connects again when the server is back. */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.OverloadedException
import bellrope.Parts
import bellrope.v1.TailResponse
import io.grpc.Status
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.future.await

private val OVERLOADED_PAUSE = 1.seconds // if the server does not say how long to wait

/**
 * Emits the facts of one connection after another. [connection] connects when it is collected;
 * [timeout] is how long to wait for a server at the start. Once it was there, there is no such
 * limit.
 */
internal fun tail(
    parts: Parts,
    connection: Flow<TailResponse>,
    timeout: Duration,
): Flow<TailResponse> = flow {
    var tries = Tries(timeout)
    var hasBegun = false
    val facts =
        connection.onEach {
            hasBegun = true
            tries = Tries(Duration.INFINITE)
        }
    while (true) {
        var end = failure(Status.UNAVAILABLE, "The server ended the stream.")
        emitAll(facts.catch { end = it as? BellropeException ?: throw it })
        val told =
            if (hasBegun && end is OverloadedException) end.retryAfter ?: OVERLOADED_PAUSE else null
        parts.pause((told ?: tries.pauseAfter(end) ?: throw end).toJavaDuration()).await()
    }
}
