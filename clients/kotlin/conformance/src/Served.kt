package conformance

import bellrope.kotlin.webhooks.bellropeWebhook
import bellrope.kotlin.webhooks.reply
import bellrope.webhooks.Received
import bellrope.webhooks.RefusedException
import io.ktor.server.cio.CIO
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.embeddedServer
import io.ktor.server.routing.routing
import java.util.concurrent.CopyOnWriteArrayList

/** The client's handler in Ktor, until it is stopped. */
internal class Served(private val line: Line) {
    private val returns = line.line("returns")
    private val received = CopyOnWriteArrayList<Map<String, Any?>>()
    private val server: EmbeddedServer<*, *> =
        embeddedServer(CIO, port = 0, host = "127.0.0.1") {
            routing { bellropeWebhook("/", *line.list("secrets").toTypedArray()) { receive(it) } }
        }

    suspend fun start(): String {
        server.startSuspend()
        return "http://127.0.0.1:${server.engine.resolvedConnectors().single().port}/"
    }

    suspend fun stop(): List<Map<String, Any?>> {
        server.stopSuspend(gracePeriodMillis = 0, timeoutMillis = 0)
        return received
    }

    private fun receive(event: Received): Any? {
        received.add(received(event))
        if ("fail" in returns.members) error("a bug")
        returns.textOrNull("refuse")?.let { throw RefusedException(it) }
        val value = if ("value" in returns.members) value(returns.line("value")) else Unit
        val events = returns.lines("events").orEmpty().map(::event)
        return if (events.isEmpty()) value
        else reply(value.takeUnless { it == Unit }, *events.toTypedArray())
    }
}
