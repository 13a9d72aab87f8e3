package bellrope.kotlin

import bellrope.RawJson
import java.math.BigInteger
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Test

@Serializable internal data class Order(val item: String, val count: Int, val price: Double = 0.5)

@Serializable internal data class Page<T>(val items: List<T>)

@Serializable
internal sealed interface Shape {
    @Serializable @SerialName("circle") data class Circle(val radius: Int) : Shape
}

internal class DataTest {
    private inline fun <reified T> text(value: T) = encode(value).toString()

    private fun refusal(data: Any?) =
        assertFailsWith<IllegalArgumentException> { encode(data) }.message!!

    /** Maps and lists may mix types, and have classes inside. */
    @Test
    fun mixedTypesAreWritten() {
        val data =
            mapOf(
                "a" to 1,
                "b" to listOf(true, null, "x", 'c'),
                "c" to Order("tea", 2),
                "d" to intArrayOf(1),
            )
        assertEquals(
            """{"a":1,"b":[true,null,"x","c"],"c":{"item":"tea","count":2},"d":[1]}""",
            text(data),
        )
    }

    /**
     * A class is written as its declared type: with type arguments, and with the name of a sealed
     * one.
     */
    @Test
    fun declaredTypesAreWritten() {
        assertEquals(
            """{"items":[{"item":"tea","count":1}]}""",
            text(Page(listOf(Order("tea", 1)))),
        )
        assertEquals("""[{"type":"circle","radius":1}]""", text(listOf<Shape>(Shape.Circle(1))))
        assertEquals(
            """{"a":{"type":"circle","radius":1}}""",
            text(mapOf<String, Shape>("a" to Shape.Circle(1))),
        )
    }

    /** Integers of any size keep their digits. */
    @Test
    fun bigIntegersAreExact() {
        val data =
            listOf(
                BigInteger("123456789012345678901234567890"),
                ULong.MAX_VALUE,
                Long.MIN_VALUE,
                7u.toUByte(),
            )
        assertEquals(
            "[123456789012345678901234567890,18446744073709551615,-9223372036854775808,7]",
            text(data),
        )
        assertEquals(ULong.MAX_VALUE, decode<ULong>("18446744073709551615".encodeToByteArray()))
    }

    /** A string is a JSON string; JSON text is a RawJson, also inside, and keeps its bytes. */
    @Test
    fun rawJsonIsKept() {
        assertEquals(""""{\"a\": 1}"""", text("""{"a": 1}"""))
        assertEquals(
            """{"raw":{"a" : 1.0},"null":null}""",
            text(mapOf("raw" to RawJson.of("""{"a" : 1.0}"""), "null" to RawJson.of("null"))),
        )
        assertEquals("1.10", text(RawJson.of("1.10")))
        assertEquals("""{"a":1}""", text<JsonElement>(buildJsonObject { put("a", 1) }))
    }

    /** Text is UTF-8 without needless escapes. */
    @Test
    fun textIsNotEscaped() {
        assertEquals(
            "\"Zoë \u2028 \uD83D\uDE00 / \\n \\\"\"",
            text("Zoë \u2028 \uD83D\uDE00 / \n \""),
        )
    }

    /** What JSON cannot hold is refused with its place. */
    @Test
    fun impossibleDataIsRefused() {
        assertContains(
            refusal(mapOf("items" to listOf(1, mapOf("price" to Double.NaN)))),
            "data.items[1].price is NaN",
        )
        assertContains(refusal(listOf(Float.NEGATIVE_INFINITY)), "data[0] is -Infinity")
        assertContains(refusal(listOf(Order("x", 1, Double.NaN))), "data[0].price is NaN")
        assertContains(refusal(ByteArray(1)), "data is bytes, which JSON cannot hold. Use RawJson")
        assertContains(refusal(mapOf(1 to 2)), "data has the key 1")
        assertContains(refusal(listOf(Any())), "data[0] is a java.lang.Object")
        assertContains(refusal("\uD800"), "half of a surrogate pair")
        val circle = mutableListOf<Any>().apply { add(this) }
        assertContains(refusal(circle), "contains itself")
    }

    /** What does not fit a type is an IllegalArgumentException. */
    @Test
    fun wrongTypesAreRefused() {
        assertFailsWith<IllegalArgumentException> { decode<Order>("[]".encodeToByteArray()) }
        assertFailsWith<IllegalArgumentException> { decode<Order>(byteArrayOf(-1)) }
        assertEquals(null, decode<Order?>(ByteArray(0)))
        assertEquals(
            Order("a", 1),
            decode<Order>("""{"item":"a","count":1,"more":[]}""".encodeToByteArray()),
        )
    }
}
