/** Runs the cases of clients/conformance with the Kotlin client. */
package conformance

import bellrope.BellropeException
import bellrope.Event
import bellrope.Json
import bellrope.kotlin.Bellrope
import bellrope.kotlin.event
import bellrope.webhooks.Headers
import bellrope.webhooks.NotAnEventException
import bellrope.webhooks.SignatureInvalidException
import bellrope.webhooks.Webhooks
import java.nio.file.Path
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.runBlocking

internal fun main() {
    val runner = Runner()
    generateSequence(::readLine).forEach { text ->
        @Suppress("UNCHECKED_CAST")
        val line = Line(Json.decode(text.encodeToByteArray()) as Map<String, Any?>)
        say(line, runBlocking(Dispatchers.Default) { runner.outcome(line) })
    }
    exitProcess(0) // Ktor's threads would go on
}

private fun say(line: Line, outcome: Map<String, Any?>) {
    println(Json.encode(mapOf("case" to line.text("case")) + outcome).decodeToString())
}

/** No client can be made of the settings. */
private class WrongSetting(cause: Throwable) : RuntimeException(cause.message)

internal class Runner {
    private val clients = mutableMapOf<Any?, Bellrope>()
    private var served: Served? = null

    suspend fun outcome(line: Line): Map<String, Any?> =
        try {
            if (line.text("op") == "queue_stream") queueStream(line) else mapOf("ok" to done(line))
        } catch (error: BellropeException) {
            mapOf("error" to error(error))
        } catch (error: WrongSetting) {
            failed("WRONG_SETTING", error)
        } catch (error: SignatureInvalidException) {
            failed("SIGNATURE_INVALID", error)
        } catch (error: NotAnEventException) {
            failed("NOT_AN_EVENT", error)
        } catch (missing: UnsupportedOperationException) {
            mapOf("missing" to missing.message)
        } catch (error: IllegalArgumentException) {
            failed("REFUSED", error)
        }

    private fun failed(kind: String, error: Exception) =
        mapOf("error" to mapOf("kind" to kind, "message" to error.message))

    private suspend fun done(line: Line): Any? =
        when (line.text("op")) {
            "queue" ->
                queued(client(line).queue(event(line.line("event")), line.millis("timeout_ms")))
            "trigger" ->
                answer(client(line).trigger(event(line.line("event")), line.millis("timeout_ms")))
            "queue_batch" ->
                client(line)
                    .queueBatch(line.lines("events")!!.map(::event), line.millis("timeout_ms"))
                    .map(::queued)
            "cancel" -> cancel(line)
            "tail" -> tail(client(line), line.number("count")) { say(line, mapOf("begun" to true)) }
            "verify" ->
                emptyMap<String, Any?>().also {
                    Webhooks.verify(line.bytes("body"), headers(line), *secrets(line))
                }
            "parse" -> received(Webhooks.parse(line.bytes("body"), headers(line)))
            "receive" ->
                received(Webhooks.receive(line.bytes("body"), headers(line), *secrets(line)))
            "stacks" -> listOf("ktor")
            "serve" -> mapOf("url" to Served(line).also { served = it }.start())
            "stop" -> mapOf("received" to served!!.stop())
            "settings" ->
                with(client(line).settings) {
                    mapOf("server" to server, "tls" to tls, "project" to project)
                }
            "load" -> load(line)
            else -> managed(client(line), line)
        }

    private suspend fun queueStream(line: Line): Map<String, Any?> {
        val outcomes = mutableListOf<Map<String, Any?>>()
        return try {
            client(line).queueStream(events(line), line.millis("timeout_ms")).collect {
                outcomes += outcome(it)
            }
            mapOf("ok" to outcomes)
        } catch (error: BellropeException) {
            mapOf("error" to error(error), "before" to outcomes)
        }
    }

    private fun events(line: Line): Flow<Event> {
        line.lines("events")?.let {
            return it.asFlow().map(::event)
        }
        val event = event(line.line("event"))
        return (0 until line.number("count")).asFlow().map { event.id("${event.id}-$it") }
    }

    private suspend fun cancel(line: Line): Map<String, Any?> = coroutineScope {
        val begun = TimeSource.Monotonic.markNow()
        val call = async { client(line).trigger(event(line.line("event"))) }
        delay(line.number("after_ms").milliseconds)
        call.cancel()
        try {
            call.await()
            mapOf("cancelled" to false)
        } catch (_: CancellationException) {
            mapOf("cancelled" to true, "after_ms" to begun.elapsedNow().inWholeMilliseconds)
        }
    }

    private suspend fun load(line: Line): Map<String, Any?> = coroutineScope {
        val left =
            Channel<Unit>(line.number("count")).apply {
                repeat(line.number("count")) { trySend(Unit) }
            }
        left.close()
        val callers =
            List(line.number("callers")) {
                async {
                    buildList {
                        for (each in left) add(client(line).queue(line.text("type")).eventId)
                    }
                }
            }
        mapOf("ids" to callers.awaitAll().flatten())
    }

    private fun client(line: Line): Bellrope =
        synchronized(clients) {
            clients.getOrPut(line.members["settings"]) { made(line.line("settings")) }
        }

    private fun made(settings: Line): Bellrope =
        try {
            Bellrope(
                server = settings.textOrNull("server"),
                project = settings.textOrNull("project"),
                key = settings.textOrNull("key"),
                keyWithoutTls = settings.isTrue("key_without_tls"),
                timeout = settings.millis("timeout_ms"),
                trust = settings.textOrNull("ca_file")?.let(Path::of),
            )
        } catch (error: IllegalArgumentException) {
            throw WrongSetting(error)
        }

    private fun headers(line: Line): Headers = Headers.of(line.texts("headers").orEmpty())

    private fun secrets(line: Line): Array<String> = line.list("secrets").toTypedArray()
}
