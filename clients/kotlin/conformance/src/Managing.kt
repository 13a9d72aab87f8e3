/** The operations on triggers, event types and the log. */
package conformance

import bellrope.kotlin.Bellrope
import bellrope.v1.TailResponse
import bellrope.v1.Trigger
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList

internal suspend fun managed(client: Bellrope, line: Line): Any =
    when (line.text("op")) {
        "update_trigger" -> updateTrigger(client, line.line("trigger"))
        "list_triggers" -> client.triggers.allTriggers().map { it.name }.toList()
        "delete_trigger" -> {
            client.triggers.deleteTrigger { trigger = line.text("name") }
            emptyMap<String, Any?>()
        }
        "update_event_type" -> updateEventType(client, line)
        "list_events" -> events(client, line.text("type"))
        "list_deliveries" -> deliveries(client, line.text("event_id"))
        "replay_event" -> {
            val replayed = client.deliveries.replayEvent { eventId = line.text("event_id") }
            mapOf("deliveries" to replayed.replayedCount)
        }
        else -> throw UnsupportedOperationException(line.text("op"))
    }

private suspend fun updateTrigger(client: Bellrope, given: Line): Map<String, Any?> {
    val saved =
        client.triggers.updateTrigger {
            allowMissing = true
            triggerBuilder.apply {
                name = given.text("name")
                type = given.text("type")
                url = given.text("url")
                chainEvents = given.isTrue("chain_events")
                paused = given.isTrue("paused")
                given.textOrNull("filter")?.let { filter = it }
                given.numberOrNull("retries")?.let { retries = it }
                given.textOrNull("encoding")?.let { encoding = Trigger.Encoding.valueOf(it) }
                if ("secrets" in given.members) addAllSecrets(given.list("secrets"))
            }
        }
    return mapOf("name" to saved.name, "type" to saved.type, "url" to saved.url)
}

private suspend fun updateEventType(client: Bellrope, line: Line): Map<String, Any?> {
    val saved =
        client.projects.updateEventType {
            allowMissing = true
            eventTypeBuilder.apply {
                type = line.text("type")
                schema = line.text("schema")
            }
        }
    return mapOf("type" to saved.type)
}

private suspend fun events(client: Bellrope, wanted: String): List<Map<String, Any?>> =
    client.deliveries
        .allEvents {
            type = wanted
            pageSize = 2
        }
        .map {
            mapOf("id" to it.eventId, "type" to it.type, "data" to base64(it.data.toByteArray()))
        }
        .toList()

private suspend fun deliveries(client: Bellrope, event: String): List<Map<String, Any?>> =
    client.deliveries
        .allDeliveries { eventId = event }
        .map {
            mapOf(
                "delivery_id" to it.deliveryId,
                "trigger" to it.trigger,
                "state" to it.state.name,
                "status_codes" to it.attemptsList.map { attempt -> attempt.statusCode },
            )
        }
        .toList()

internal suspend fun tail(
    client: Bellrope,
    count: Int,
    begun: () -> Unit,
): List<Map<String, Any?>> =
    client
        .tail()
        .onEach { if (it.kind == TailResponse.Kind.KIND_UNSPECIFIED) begun() }
        .filter { it.kind != TailResponse.Kind.KIND_UNSPECIFIED }
        .take(count)
        .map { mapOf("kind" to it.kind.name, "type" to it.type, "event_id" to it.eventId) }
        .toList()
