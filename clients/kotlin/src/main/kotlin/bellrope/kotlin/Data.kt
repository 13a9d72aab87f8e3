/** Writes values as JSON text, and reads it. */
package bellrope.kotlin

import bellrope.JsonParts
import bellrope.RawJson
import java.lang.reflect.Array as Reflected
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.PolymorphicSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.JsonUnquotedLiteral
import kotlinx.serialization.serializer
import kotlinx.serialization.serializerOrNull

/** Special numbers pass it, so that they are found with their place below. */
private val JSON = Json {
    allowSpecialFloatingPointValues = true
    ignoreUnknownKeys = true
}

private val SPECIAL = setOf("NaN", "Infinity", "-Infinity")

/** Deeper than any data that the server takes. */
private const val DEEPEST = 500

/**
 * Returns a value as JSON text.
 *
 * Objects are written as kotlinx.serialization writes their type. Maps, lists and arrays may mix
 * types. Numbers keep all of their digits, and a [RawJson] keeps its bytes.
 *
 * @throws IllegalArgumentException with the place, such as `data.items[2].price`, if JSON cannot
 *   hold the value
 */
public inline fun <reified T> encode(value: T): RawJson = encode(value, typeOf<T>())

/**
 * Returns the value of JSON text as a type that kotlinx.serialization knows. Members that the type
 * does not have are ignored.
 *
 * @throws IllegalArgumentException if the text is not JSON, or does not fit the type
 */
public inline fun <reified T> decode(json: ByteArray): T = decode(json, serializer<T>())

@PublishedApi
internal fun encode(value: Any?, type: KType): RawJson =
    value as? RawJson
        ?: written(
            JSON.encodeToString(JsonElement.serializer(), element(value, type, Place("data")))
        )

private fun written(text: String): RawJson =
    try {
        JsonParts.written(text.encodeToByteArray(throwOnInvalidSequence = true))
    } catch (_: CharacterCodingException) {
        throw IllegalArgumentException(
            "data has half of a surrogate pair, which JSON cannot hold. Leave it out."
        )
    }

@PublishedApi
internal fun <T> decode(json: ByteArray, serializer: KSerializer<T>): T {
    val text =
        try {
            json.decodeToString(throwOnInvalidSequence = true)
        } catch (_: CharacterCodingException) {
            throw IllegalArgumentException(
                "The bytes are not JSON, because they are not UTF-8. Take them as they are."
            )
        }
    return JSON.decodeFromString(serializer, text.ifEmpty { "null" })
}

/** Where a value is. */
private class Place(private val name: String, private val outer: Place? = null) {
    private val depth: Int = if (outer == null) 0 else outer.depth + 1

    fun inner(name: String): Place {
        val inner = Place(name, this)
        return if (depth < DEEPEST) inner
        else refuse("contains itself or is nested too deeply", "Make it flatter.")
    }

    fun refuse(what: String, instead: String): Nothing =
        throw IllegalArgumentException("$this $what, which JSON cannot hold. $instead")

    override fun toString(): String = if (outer == null) name else "$outer$name"
}

/**
 * Returns a value as an element. The [type] is that of the variable or the member, as far as it is
 * known.
 */
private fun element(value: Any?, type: KType?, at: Place): JsonElement =
    when (value) {
        null -> JsonNull
        is JsonPrimitive -> if (value.isString) value else number(value.content, at)
        is String -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is Number -> number(value.toString(), at)
        is UByte,
        is UShort,
        is UInt,
        is ULong -> literal(value.toString())
        is Char -> JsonPrimitive(value.toString())
        is RawJson -> literal(value.toString())
        is Map<*, *> -> JsonObject(members(value, type?.arguments?.getOrNull(1)?.type, at))
        is Iterable<*> -> array(value, type, at)
        is ByteArray ->
            at.refuse("is bytes", "Use RawJson if they are JSON text, else write them as a String.")
        else ->
            if (value.javaClass.isArray) array(items(value), type, at) else written(value, type, at)
    }

private fun members(map: Map<*, *>, type: KType?, at: Place): Map<String, JsonElement> =
    map.entries.associate { (key, value) ->
        val name = key as? String ?: at.refuse("has the key $key", "Write it as a String.")
        name to element(value, type, at.inner(".$name"))
    }

private fun array(items: Iterable<*>, type: KType?, at: Place): JsonArray {
    val each = type?.arguments?.singleOrNull()?.type
    return JsonArray(items.mapIndexed { index, item -> element(item, each, at.inner("[$index]")) })
}

private fun items(array: Any): List<Any?> =
    List(Reflected.getLength(array)) { Reflected.get(array, it) }

/**
 * Returns an object as kotlinx.serialization writes it: as its declared type, or else as its class.
 */
private fun written(value: Any, type: KType?, at: Place): JsonElement {
    val declared = type?.let { serializerOrNull(it) }.takeUnless { it is PolymorphicSerializer }
    @OptIn(ExperimentalSerializationApi::class)
    val serializer =
        declared
            ?: serializerOrNull(value.javaClass)
            ?: at.refuse("is a ${value.javaClass.name}", "Mark the class as @Serializable.")
    return try {
        @Suppress("UNCHECKED_CAST")
        element(JSON.encodeToJsonElement(serializer as KSerializer<Any>, value), null, at)
    } catch (error: SerializationException) {
        at.refuse("cannot be written", error.message.orEmpty())
    }
}

private fun number(text: String, at: Place): JsonElement =
    if (text in SPECIAL) at.refuse("is $text", "Leave it out, or use null.") else literal(text)

/** Returns JSON text that is written as it is. */
@OptIn(ExperimentalSerializationApi::class)
private fun literal(text: String): JsonElement =
    if (text == "null") JsonNull else JsonUnquotedLiteral(text)
