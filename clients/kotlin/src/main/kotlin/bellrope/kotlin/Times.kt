/** Times and lengths of time as the messages of the proto have them. */
package bellrope.kotlin

import com.google.protobuf.Timestamp
import java.time.Instant
import kotlin.time.Duration

/** Returns the message for a length of time. */
public fun Duration.toProto(): com.google.protobuf.Duration = toComponents { seconds, nanoseconds ->
    com.google.protobuf.Duration.newBuilder().setSeconds(seconds).setNanos(nanoseconds).build()
}

/** Returns the message for a time. */
public fun Instant.toProto(): Timestamp =
    Timestamp.newBuilder().setSeconds(epochSecond).setNanos(nano).build()

/** Returns the time of a message. */
public fun Timestamp.toInstant(): Instant = Instant.ofEpochSecond(seconds, nanos.toLong())
