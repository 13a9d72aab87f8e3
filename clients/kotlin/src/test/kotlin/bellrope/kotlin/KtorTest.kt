package bellrope.kotlin

import bellrope.kotlin.webhooks.bellropeWebhook
import bellrope.kotlin.webhooks.data
import bellrope.kotlin.webhooks.reply
import bellrope.webhooks.Received
import bellrope.webhooks.RefusedException
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.routing.routing
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Instant
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

internal class KtorTest {
    private val secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private val body =
        """{"specversion":"1.0-rc1","id":"e","type":"t","source":"s","data":{"item":"tea","count":2}}"""

    private fun request(url: String, body: String, signed: String = body): HttpRequest {
        val time = Instant.now().epochSecond.toString()
        val key =
            SecretKeySpec(Base64.getDecoder().decode(secret.removePrefix("whsec_")), "HmacSHA256")
        val mac = Mac.getInstance("HmacSHA256").apply { init(key) }
        val signature =
            Base64.getEncoder().encodeToString(mac.doFinal("d.$time.$signed".encodeToByteArray()))
        return HttpRequest.newBuilder(URI(url))
            .header("webhook-id", "d")
            .header("webhook-timestamp", time)
            .header("webhook-signature", "v1,$signature")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build()
    }

    private inline fun <reified T> answer(
        body: String = this.body,
        signed: String = body,
        noinline receive: suspend (Received) -> T,
    ): HttpResponse<String> = runBlocking {
        val server =
            embeddedServer(CIO, port = 0, host = "127.0.0.1") {
                routing { bellropeWebhook("/", secret, receive = receive) }
            }
        server.startSuspend()
        try {
            val url = "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}/"
            HttpClient.newHttpClient()
                .send(request(url, body, signed), HttpResponse.BodyHandlers.ofString())
        } finally {
            server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 0)
        }
    }

    /** What the function returns is the answer, and it gets the data as a type. */
    @Test
    fun aValueIsTheAnswer() {
        val answer = answer { event -> event.data<Order>().copy(count = 3) }
        assertEquals("""{"item":"tea","count":3}""", answer.body())
        assertEquals(200, answer.statusCode())
        assertEquals("application/json", answer.headers().firstValue("content-type").get())
    }

    /** A function that returns nothing gives an empty answer. */
    @Test
    fun nothingIsAnEmptyAnswer() {
        val answer = answer { _ -> }
        assertEquals(204, answer.statusCode())
        assertEquals("", answer.body())
    }

    /** An answer can queue events. */
    @Test
    fun aReplyQueuesEvents() {
        val answer = answer { event -> reply(true, event("next", event.data<Order>(), id = "n")) }
        val events = """[{"type":"next","data":{"item":"tea","count":2},"id":"n"}]"""
        assertEquals("""{"response":true,"events":$events}""", answer.body())
    }

    /** A refusal is status 422, and asks for no retry. */
    @Test
    fun aRefusalIsForGood() {
        val answer = answer<Any> { throw RefusedException("not mine") }
        assertEquals(422, answer.statusCode())
        assertEquals("no", answer.headers().firstValue("webhook-retry").get())
        assertEquals("""{"error":"not mine"}""", answer.body())
    }

    /** What the function throws is status 500 without its text. */
    @Test
    fun aFailureIsHidden() {
        val answer = answer<Any> { error("secret text") }
        assertEquals(500, answer.statusCode())
        assertEquals("", answer.body())
    }

    /** A body that was not signed, or is no event, or is too long, never reaches the function. */
    @Test
    fun aWrongRequestIsRefused() {
        assertEquals(400, answer<Any>(signed = "other") { error("reached") }.statusCode())
        assertEquals(400, answer<Any>(body = "{}") { error("reached") }.statusCode())
        val long = "x".repeat(9 * 1024 * 1024 + 1)
        assertEquals(413, answer<Any>(body = long) { error("reached") }.statusCode())
    }

    /** A wrong secret is found at the start. */
    @Test
    fun aWrongSecretIsFoundAtTheStart() {
        val server =
            embeddedServer(CIO, port = 0, host = "127.0.0.1") {
                routing { bellropeWebhook("/", "whsec_short") { true } }
            }
        assertFailsWith<IllegalArgumentException> { runBlocking { server.startSuspend() } }
    }
}
