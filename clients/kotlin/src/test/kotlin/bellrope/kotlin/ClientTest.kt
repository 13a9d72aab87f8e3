package bellrope.kotlin

import bellrope.BellropeException
import bellrope.Event
import bellrope.NotFoundException
import bellrope.OverloadedException
import bellrope.Queued
import bellrope.v1.EventingGrpcKt.EventingCoroutineImplBase
import bellrope.v1.ListTriggersRequest
import bellrope.v1.ListTriggersResponse
import bellrope.v1.QueueRequest
import bellrope.v1.QueueResponse
import bellrope.v1.QueueStreamRequest
import bellrope.v1.QueueStreamResponse
import bellrope.v1.Trigger
import bellrope.v1.TriggerSyncRequest
import bellrope.v1.TriggerSyncResponse
import bellrope.v1.TriggersGrpcKt.TriggersCoroutineImplBase
import com.google.protobuf.Any
import com.google.rpc.ErrorInfo
import io.grpc.InsecureServerCredentials
import io.grpc.Status
import io.grpc.StatusException
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder
import io.grpc.protobuf.StatusProto
import java.net.InetSocketAddress
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test

internal class ClientTest {
    private fun refused(code: Status.Code, reason: String): StatusException {
        val info = ErrorInfo.newBuilder().setReason(reason).build()
        val status =
            com.google.rpc.Status.newBuilder().setCode(code.value()).addDetails(Any.pack(info))
        return StatusProto.toStatusException(status.build())
    }

    /** What a server was given, and what it answers. */
    private open class Eventing : EventingCoroutineImplBase() {
        val taken = mutableListOf<String>()

        override suspend fun queue(request: QueueRequest): QueueResponse {
            taken += request.id
            return stored(request.id)
        }

        protected fun stored(id: String): QueueResponse =
            QueueResponse.newBuilder().setEventId(id).build()

        protected fun outcome(request: QueueStreamRequest): QueueStreamResponse {
            taken += request.event.id
            val result =
                QueueStreamResponse.Result.newBuilder().setAccepted(stored(request.event.id))
            return QueueStreamResponse.newBuilder().addResults(result).build()
        }
    }

    private fun serving(
        vararg services: io.grpc.BindableService,
        test: suspend (Bellrope) -> Unit,
    ) {
        val address = InetSocketAddress("127.0.0.1", 0)
        val server =
            NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
                .apply { services.forEach(::addService) }
                .build()
                .start()
        try {
            Bellrope("127.0.0.1:${server.port}", timeout = 1.minutes).use { client ->
                runBlocking { withTimeout(5.minutes) { test(client) } }
            }
        } finally {
            server.shutdownNow()
        }
    }

    /** An event without data, with null, and with data are told apart by the compiler. */
    @Test
    fun dataMayBeAbsent() {
        val sent = mutableListOf<QueueRequest>()
        val eventing =
            object : Eventing() {
                override suspend fun queue(request: QueueRequest) =
                    super.queue(request).also { sent += request }
            }
        serving(eventing) { client ->
            client.queue("a")
            client.queue("a", delay = 90.seconds)
            client.queue("a", null, id = "mine")
            client.queue("a", 1)
            client.queue(event("a", listOf("x")))
        }
        assertEquals(
            listOf("null", "null", "null", "1", """["x"]"""),
            sent.map { it.data.toStringUtf8() },
        )
        assertEquals(90, sent[1].delay.seconds)
        assertEquals("mine", sent[2].id)
    }

    /** If the server is unavailable, the event is sent again under the same id. */
    @Test
    fun anEventIsSentAgainUnderItsId() {
        val eventing =
            object : Eventing() {
                override suspend fun queue(request: QueueRequest): QueueResponse {
                    val answer = super.queue(request)
                    return if (taken.size < 3) throw StatusException(Status.UNAVAILABLE) else answer
                }
            }
        serving(eventing) { client -> client.queue("a", id = "x") }
        assertEquals(listOf("x", "x", "x"), eventing.taken)
    }

    /** A call ends when its coroutine is cancelled. */
    @Test
    fun cancellationEndsTheCall() {
        val begun = CompletableDeferred<Unit>()
        val ended = CompletableDeferred<Unit>()
        val eventing =
            object : Eventing() {
                override suspend fun triggerSync(request: TriggerSyncRequest): TriggerSyncResponse =
                    try {
                        begun.complete(Unit)
                        awaitCancellation()
                    } finally {
                        ended.complete(Unit)
                    }
            }
        serving(eventing) { client ->
            coroutineScope {
                val call = launch { client.trigger("a") }
                begun.await()
                call.cancelAndJoin()
                ended.await()
            }
        }
    }

    /**
     * The calls of services throw the client's exceptions, and lists are flows that read a page
     * when it is needed.
     */
    @Test
    fun servicesAreTyped() {
        val pages = mutableListOf<String>()
        val triggers =
            object : TriggersCoroutineImplBase() {
                override suspend fun listTriggers(
                    request: ListTriggersRequest
                ): ListTriggersResponse {
                    if (request.project != "default")
                        throw refused(Status.Code.NOT_FOUND, "PROJECT_NOT_FOUND")
                    pages += request.pageToken
                    return ListTriggersResponse.newBuilder()
                        .addTriggers(Trigger.newBuilder().setName("t${request.pageToken}"))
                        .setNextPageToken(if (pages.size < 3) "${pages.size}" else "")
                        .build()
                }
            }
        serving(triggers) { client ->
            val error =
                assertFailsWith<NotFoundException> {
                    client.triggers.listTriggers { project = "x" }
                }
            assertEquals("PROJECT_NOT_FOUND", error.reason)
            assertEquals(
                listOf("t", "t1"),
                client.triggers.allTriggers().take(2).map { it.name }.toList(),
            )
            assertEquals(listOf("", "1"), pages)
            pages.clear()
            assertEquals(
                listOf("t", "t1", "t2"),
                client.triggers.allTriggers().map { it.name }.toList(),
            )
        }
    }

    /** A stream that breaks goes on with the events that have no outcome, in order. */
    @Test
    fun aBrokenStreamGoesOn() {
        val eventing =
            object : Eventing() {
                var calls = 0

                override fun queueStream(
                    requests: Flow<QueueStreamRequest>
                ): Flow<QueueStreamResponse> {
                    val last = ++calls == 4
                    return requests.map { request ->
                        if (!last && request.event.id == "${calls * 3}")
                            throw StatusException(Status.UNAVAILABLE)
                        outcome(request)
                    }
                }
            }
        val ids = (0 until 20).map { "$it" }
        serving(eventing) { client ->
            val outcomes = client.queueStream(ids.asFlow().map { event("a", id = it) }).toList()
            assertEquals(ids, outcomes.map { (it as Queued).eventId })
        }
        assertEquals(ids, eventing.taken)
    }

    /** A refused event does not end a stream, and its exception says where it stands. */
    @Test
    fun aRefusedEventDoesNotEndAStream() {
        val eventing =
            object : Eventing() {
                override fun queueStream(requests: Flow<QueueStreamRequest>) =
                    requests.map { request ->
                        if (request.event.id != "1") return@map outcome(request)
                        val status =
                            StatusProto.fromThrowable(
                                refused(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED")
                            )
                        val result = QueueStreamResponse.Result.newBuilder().setError(status)
                        QueueStreamResponse.newBuilder().addResults(result).build()
                    }
            }
        serving(eventing) { client ->
            val outcomes =
                client
                    .queueStream(listOf("0", "1", "2").asFlow().map { event("a", id = it) })
                    .toList()
            val error = outcomes[1] as OverloadedException
            assertEquals(listOf("1", 1), listOf(error.eventId, error.index))
            assertEquals("2", (outcomes[2] as Queued).eventId)
        }
    }

    /**
     * While outcomes are missing, a stream sends at most 1,024 events; a server that is silent is
     * an error.
     */
    @Test
    fun aSilentServerStopsAStream() {
        val eventing =
            object : Eventing() {
                override fun queueStream(
                    requests: Flow<QueueStreamRequest>
                ): Flow<QueueStreamResponse> = flow { requests.collect {} }
            }
        var taken = 0
        serving(eventing) { client ->
            val events = (0 until 3000).asFlow().map { event("a", id = "$it") }.onEach { taken++ }
            val error =
                assertFailsWith<BellropeException> {
                    client.queueStream(events, 300.milliseconds).toList()
                }
            assertEquals(listOf("0", 0), listOf(error.eventId, error.index))
        }
        assertEquals(1024 + 16 + 1, taken) // besides, 16 are ready, and the flow waits with one
    }

    /** What the flow of events throws ends the stream. */
    @Test
    fun anErrorOfTheEventsEndsTheStream() {
        serving(Eventing()) { client ->
            val events = flow<Event> { error("no more paper") }
            val error =
                assertFailsWith<IllegalStateException> { client.queueStream(events).toList() }
            assertEquals("no more paper", error.message)
        }
    }

    /** An error of the connection has the id of the event. */
    @Test
    fun anAbsentServerIsAnErrorOfTheEvent() {
        Bellrope("127.0.0.1:9", timeout = 50.milliseconds).use { client ->
            val error =
                assertFailsWith<BellropeException> { runBlocking { client.queue("a", id = "x") } }
            assertEquals("x", error.eventId)
        }
    }
}
