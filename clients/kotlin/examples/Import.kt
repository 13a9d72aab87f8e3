package examples

import bellrope.BellropeException
import bellrope.Queued
import bellrope.RawJson
import bellrope.kotlin.Bellrope
import bellrope.kotlin.event
import bellrope.kotlin.index
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.withIndex

/** Imports events, one a line: `Import order-placed < orders.jsonl`. Run it again after a crash. */
suspend fun main(arguments: Array<String>) {
    val type = arguments.firstOrNull() ?: "order-placed"
    // The id comes from the place in the file, so that no line is stored twice.
    val events =
        generateSequence(::readLine).asFlow().withIndex().map { (line, text) ->
            event(type, RawJson.of(text), id = "$type-${line + 1}")
        }
    var stored = 0
    var before = 0
    var refused = 0
    Bellrope().use { client ->
        client.queueStream(events).collect { outcome ->
            when (outcome) {
                is Queued -> if (outcome.duplicate) before++ else stored++
                is BellropeException -> {
                    refused++
                    System.err.println("line ${outcome.index!! + 1}: ${outcome.message}")
                }
            }
        }
    }
    println("$stored stored, $before stored before, $refused refused")
}
