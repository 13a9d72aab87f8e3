package bellrope;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Times and lengths of time, as the proto has them and as the language has them. */
final class Times {
  private Times() {}

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static java.time.Duration length(Duration length) {
    return java.time.Duration.ofSeconds(length.getSeconds(), length.getNanos());
  }

  /** The proto's nanoseconds have the sign of the seconds; the language's are never negative. */
  static Duration length(java.time.Duration length) {
    boolean isMixed = length.getSeconds() < 0 && length.getNano() > 0;
    return Duration.newBuilder()
        .setSeconds(length.getSeconds() + (isMixed ? 1 : 0))
        .setNanos(length.getNano() - (isMixed ? 1_000_000_000 : 0))
        .build();
  }
}
