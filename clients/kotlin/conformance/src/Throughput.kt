/**
 * Streams events to a server with the client, or with the generated code alone.
 *
 * The arguments are HOST:PORT, `client` or `stubs`, JSON text that every event has, and how many
 * events each stream has.
 */
package conformance

import bellrope.Queued
import bellrope.RawJson
import bellrope.kotlin.Bellrope
import bellrope.kotlin.event
import bellrope.v1.EventingGrpcKt.EventingCoroutineStub
import bellrope.v1.QueueRequest
import bellrope.v1.QueueStreamRequest
import com.google.protobuf.ByteString
import io.grpc.Grpc
import io.grpc.InsecureChannelCredentials
import kotlin.system.exitProcess
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.fold
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.runBlocking

internal object Throughput {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (server, form, data) = arguments
        val stream = if (form == "client") withClient(server, data) else withStubs(server, data)
        arguments.drop(3).map(String::toInt).forEach { count ->
            val stored = runBlocking { stream(count) }
            check(stored == count) { "$stored of $count events were stored" }
        }
        exitProcess(0) // gRPC's threads would go on for a while
    }

    private fun withClient(server: String, data: String): suspend (Int) -> Int {
        val client = Bellrope(server)
        val json = RawJson.of(data)
        return { count ->
            val events = (0 until count).asFlow().map { event("measured", json) }
            client.queueStream(events).count { it is Queued }
        }
    }

    private fun withStubs(server: String, data: String): suspend (Int) -> Int {
        val channel = Grpc.newChannelBuilder(server, InsecureChannelCredentials.create()).build()
        val stub = EventingCoroutineStub(channel)
        val bytes = ByteString.copyFromUtf8(data)
        return { count ->
            val messages = (0 until count).asFlow().map { message(it, bytes) }
            stub.queueStream(messages).fold(0) { stored, answer ->
                stored + answer.resultsList.count { it.hasAccepted() }
            }
        }
    }

    /** The id is as long as the client's own. */
    private fun message(number: Int, data: ByteString): QueueStreamRequest {
        val event =
            QueueRequest.newBuilder()
                .setProject("default")
                .setType("measured")
                .setData(data)
                .setId(number.toString().padStart(36, '0'))
        return QueueStreamRequest.newBuilder().setEvent(event).build()
    }
}
