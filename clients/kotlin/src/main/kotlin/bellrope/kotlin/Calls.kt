/**
 * Makes calls with the coroutine stubs: each has a project and a timeout, and fails with the
 * client's exceptions.
 */
package bellrope.kotlin

import bellrope.BellropeException
import bellrope.Parts
import com.google.protobuf.Message
import io.grpc.CallOptions
import io.grpc.Channel
import io.grpc.ClientCall
import io.grpc.ClientInterceptor
import io.grpc.ClientInterceptors
import io.grpc.Metadata
import io.grpc.MethodDescriptor
import io.grpc.Status
import io.grpc.StatusException
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch

/** Makes calls. They are not made again. */
internal class Calls(val parts: Parts, timeout: Duration) {
    val channel: Channel = ClientInterceptors.intercept(parts.channel(), Deadline(timeout))

    /** Makes a call with one answer. */
    suspend fun <Request : Message, Answer> one(
        request: Request,
        call: suspend (Request, Metadata) -> Answer,
    ): Answer =
        try {
            call(parts.inProject(request), Metadata())
        } catch (error: StatusException) {
            throw Parts.exception(error.status, error.trailers)
        }

    /** Makes a call with many answers, when the flow is collected. */
    fun <Request : Message, Answer> flow(
        request: Request,
        call: (Request, Metadata) -> Flow<Answer>,
    ): Flow<Answer> = typed(call(parts.inProject(request), Metadata()))
}

/** Returns the flow of a stub, with the client's exceptions. */
internal fun <Answer> typed(answers: Flow<Answer>): Flow<Answer> =
    answers.catch { error ->
        throw if (error is StatusException) Parts.exception(error.status, error.trailers) else error
    }

/** Returns the exception for what the server did not say itself. */
internal fun failure(status: Status, why: String): BellropeException =
    Parts.exception(status.withDescription(why), null)

/** Gives calls that have one answer, and no deadline, the client's. */
private class Deadline(timeout: Duration) : ClientInterceptor {
    private val nanoseconds = timeout.inWholeNanoseconds

    override fun <Q, A> interceptCall(
        method: MethodDescriptor<Q, A>,
        options: CallOptions,
        next: Channel,
    ): ClientCall<Q, A> {
        val isLimited = options.deadline != null || !method.type.serverSendsOneMessage()
        val limited =
            if (isLimited) options else options.withDeadlineAfter(nanoseconds, TimeUnit.NANOSECONDS)
        return next.newCall(method, limited)
    }
}
