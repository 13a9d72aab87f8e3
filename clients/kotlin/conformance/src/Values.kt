/** The values, events and errors of the protocol, as Kotlin's and back. */
package conformance

import bellrope.Answer
import bellrope.BellropeException
import bellrope.Event
import bellrope.Outcome
import bellrope.Queued
import bellrope.RawJson
import bellrope.kotlin.code
import bellrope.kotlin.event
import bellrope.kotlin.eventId
import bellrope.kotlin.fields
import bellrope.kotlin.index
import bellrope.kotlin.metadata
import bellrope.kotlin.reason
import bellrope.kotlin.results
import bellrope.kotlin.retryAfter
import bellrope.v1.TriggerSyncResponse
import bellrope.webhooks.Received
import java.math.BigInteger
import java.time.Instant
import java.util.Base64

/** Returns an event, in the client's own type. */
internal fun event(line: Line): Event =
    if (line.line("data").isTrue("absent")) event(line.text("type"), null).with(line)
    else event(line.text("type"), value(line.line("data"))).with(line)

private fun Event.with(line: Line): Event =
    event(
        type,
        data,
        id = line.textOrNull("id"),
        time = line.textOrNull("time")?.let(Instant::parse),
        delay = line.millis("delay_ms"),
        options = line.texts("options").orEmpty(),
        expireTime = line.textOrNull("expire_time")?.let(Instant::parse),
        traceparent = line.textOrNull("traceparent").orEmpty(),
        tracestate = line.textOrNull("tracestate").orEmpty(),
    )

/** Returns what a program would have as data. */
internal fun value(spec: Line): Any? =
    when (val kind = spec.members.keys.single()) {
        "null" -> null
        "bool" -> spec.isTrue(kind)
        "string" -> spec.text(kind)
        "integer" -> integer(BigInteger(spec.text(kind)))
        "double" -> spec.text(kind).toDouble()
        "bytes" -> spec.bytes(kind)
        "list" -> spec.lines(kind)!!.map(::value)
        "object" -> members(spec.members[kind] as List<*>)
        "raw" -> RawJson.of(spec.text(kind))
        else -> throw UnsupportedOperationException(kind)
    }

/** An ULong stands between Long and the big integers. */
private fun integer(number: BigInteger): Any =
    when {
        number.bitLength() < 32 -> number.toInt()
        number.bitLength() < 64 -> number.toLong()
        number.bitLength() == 64 && number.signum() > 0 -> number.toString().toULong()
        else -> number
    }

@Suppress("UNCHECKED_CAST") // as the protocol has it
private fun members(pairs: List<*>): Map<String, Any?> =
    pairs.associate { pair ->
        val (name, spec) = pair as List<*>
        name as String to value(Line(spec as Map<String, Any?>))
    }

/** Returns a value in the protocol's form. */
internal fun spec(value: Any?): Map<String, Any?> =
    when (value) {
        null -> mapOf("null" to null)
        is Boolean -> mapOf("bool" to value)
        is String -> mapOf("string" to value)
        is Double -> mapOf("double" to value.toString())
        is Number -> mapOf("integer" to value.toString())
        is ByteArray -> mapOf("bytes" to base64(value))
        is List<*> -> mapOf("list" to value.map(::spec))
        is Map<*, *> ->
            mapOf("object" to value.map { (name, member) -> listOf(name, spec(member)) })
        else -> throw UnsupportedOperationException(value.javaClass.name)
    }

internal fun base64(bytes: ByteArray): String = Base64.getEncoder().encodeToString(bytes)

internal fun outcome(outcome: Outcome): Map<String, Any?> =
    if (outcome is Queued) queued(outcome)
    else mapOf("error" to error(outcome as BellropeException))

internal fun queued(queued: Queued): Map<String, Any?> =
    mapOf(
        "event_id" to queued.eventId,
        "delivery_count" to queued.deliveryCount,
        "due_time" to queued.dueTime.toString(),
        "duplicate" to queued.duplicate,
    )

internal fun answer(answer: Answer): Map<String, Any?> =
    mapOf(
        "event_id" to answer.eventId(),
        "result" to spec(answer.result()),
        "raw" to base64(answer.raw()),
        "results" to results(answer.results()),
    )

private fun results(results: List<TriggerSyncResponse.Result>): List<Map<String, Any?>> =
    results.map {
        mapOf(
            "trigger" to it.trigger,
            "state" to it.state.name,
            "status_code" to it.lastAttempt.statusCode,
        )
    }

internal fun error(error: BellropeException): Map<String, Any?> {
    val name = error.javaClass.simpleName.removeSuffix("Exception")
    val kind = name.replace(Regex("(?<=[a-z])(?=[A-Z])"), "_").uppercase()
    return mapOf(
            "kind" to if (kind == "BELLROPE") "OTHER" else kind,
            "code" to error.code.name,
            "reason" to error.reason,
            "message" to error.message,
            "fields" to error.fields.map { it.field },
            "metadata" to error.metadata,
            "event_id" to error.eventId,
            "results" to results(error.results),
            "index" to error.index,
            "retry_after_ms" to error.retryAfter?.inWholeMilliseconds,
        )
        .filterValues { it != null }
}

internal fun received(event: Received): Map<String, Any?> =
    mapOf(
        "id" to event.id,
        "type" to event.type,
        "source" to event.source,
        "time" to event.time?.toString(),
        "delivery_id" to event.deliveryId,
        "data" to spec(event.data),
        "raw" to base64(event.raw),
    )
