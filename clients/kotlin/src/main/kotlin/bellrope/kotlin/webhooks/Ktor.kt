/** A webhook in Ktor. */
package bellrope.kotlin.webhooks

import bellrope.kotlin.encode
import bellrope.webhooks.HttpAnswer
import bellrope.webhooks.NotAnEventException
import bellrope.webhooks.Received
import bellrope.webhooks.RefusedException
import bellrope.webhooks.Reply
import bellrope.webhooks.SignatureInvalidException
import bellrope.webhooks.Webhooks
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.log
import io.ktor.server.request.receiveChannel
import io.ktor.server.response.header
import io.ktor.server.response.respondBytes
import io.ktor.server.routing.Route
import io.ktor.server.routing.application
import io.ktor.server.routing.post
import io.ktor.utils.io.readRemaining
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.io.readByteArray

/** Data has at most 8 MiB (`--max-data-bytes`); in an envelope it is longer. */
private const val MOST_BYTES = 9L * 1024 * 1024

/**
 * Answers deliveries at a path.
 *
 * ```
 * bellropeWebhook("/hook", secret) { event -> mapOf("fine" to true) }
 * ```
 *
 * It checks that the request was signed in the last five minutes with the trigger's secret. Give it
 * several secrets while you replace one. What [receive] returns is the answer for callers that
 * wait: `Unit` for none, what [encode] can write, or a [reply] that also queues events. If it
 * throws a [RefusedException], the delivery is refused for good. What else it throws is logged, the
 * answer is status 500 without its text, and the delivery is sent again later.
 *
 * @throws IllegalArgumentException if a secret is none
 */
public inline fun <reified T> Route.bellropeWebhook(
    path: String,
    vararg secrets: String,
    noinline receive: suspend (Received) -> T,
): Route = webhook(path, secrets, typeOf<T>(), receive)

@PublishedApi
internal fun Route.webhook(
    path: String,
    secrets: Array<out String>,
    type: KType,
    receive: suspend (Received) -> Any?,
): Route {
    check(secrets)
    return post(path) {
        val answer =
            try {
                call.answer(secrets, type, receive)
            } catch (error: Throwable) {
                currentCoroutineContext().ensureActive() // if not, nobody waits for an answer
                application.log.error("The receiver of ${path} failed.", error)
                HttpAnswer(500, emptyMap(), ByteArray(0))
            }
        call.send(answer)
    }
}

private suspend fun ApplicationCall.answer(
    secrets: Array<out String>,
    type: KType,
    receive: suspend (Received) -> Any?,
): HttpAnswer {
    val body = receiveChannel().readRemaining(MOST_BYTES + 1).readByteArray()
    if (body.size > MOST_BYTES) {
        // Another attempt would send the same body.
        return HttpAnswer.refusal(
            413,
            "The body is longer than a delivery can be.",
            Webhooks.NO_RETRY,
        )
    }
    return try {
        val returned = receive(Webhooks.receive(body, request.headers::get, *secrets))
        HttpAnswer.of(returned.takeUnless { it is Unit }?.let { it as? Reply ?: encode(it, type) })
    } catch (error: SignatureInvalidException) {
        HttpAnswer.refusal(400, error.message.orEmpty(), emptyMap())
    } catch (error: NotAnEventException) {
        HttpAnswer.refusal(400, error.message.orEmpty(), emptyMap())
    } catch (error: RefusedException) {
        HttpAnswer.refusal(error.status(), error.message.orEmpty(), Webhooks.NO_RETRY)
    }
}

private suspend fun ApplicationCall.send(answer: HttpAnswer) {
    val (json, others) = answer.headers.entries.partition { it.key == "content-type" }
    others.forEach { response.header(it.key, it.value) }
    val type = json.singleOrNull()?.let { ContentType.parse(it.value) }
    respondBytes(answer.body, type, HttpStatusCode.fromValue(answer.status))
}

/** Finds a wrong secret at the start, and not with the first request. */
private fun check(secrets: Array<out String>) {
    try {
        Webhooks.verify(ByteArray(0), { null }, *secrets)
    } catch (_: SignatureInvalidException) {
        // The secrets are right. No request has come yet.
    }
}
