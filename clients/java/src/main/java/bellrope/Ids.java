package bellrope;

import java.security.SecureRandom;
import java.util.UUID;

/** Ids for events. The client makes them, so that each retry has the same id. */
final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** Returns a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits. */
  static String uuid7() {
    long high = RANDOM.nextLong();
    long time = System.currentTimeMillis() << 16;
    return new UUID(time | 0x7000 | high & 0x0FFF, RANDOM.nextLong() >>> 2 | Long.MIN_VALUE)
        .toString();
  }
}
