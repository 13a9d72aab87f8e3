package conformance

import java.util.Base64
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * A line from the driver, or an object in it: an operation with its arguments, as
 * clients/conformance/README.md says.
 */
@Suppress("UNCHECKED_CAST") // as the protocol has it
internal class Line(val members: Map<String, Any?>) {
    fun text(name: String): String = members[name] as String

    fun textOrNull(name: String): String? = members[name] as String?

    fun number(name: String): Int = numberOrNull(name)!!

    fun numberOrNull(name: String): Int? = (members[name] as Number?)?.toInt()

    fun isTrue(name: String): Boolean = members[name] == true

    fun millis(name: String): Duration? = (members[name] as Number?)?.toLong()?.milliseconds

    fun line(name: String): Line = Line(members[name] as Map<String, Any?>)

    fun texts(name: String): Map<String, String>? = members[name] as Map<String, String>?

    fun list(name: String): List<String> = members[name] as List<String>

    fun lines(name: String): List<Line>? = (members[name] as List<Map<String, Any?>>?)?.map(::Line)

    fun bytes(name: String): ByteArray = Base64.getDecoder().decode(text(name))
}
