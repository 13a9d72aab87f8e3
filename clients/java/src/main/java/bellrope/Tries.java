package bellrope;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The tries of one call: how long each may take, and how long to wait before the next. */
final class Tries {
  private static final long FIRST_PAUSE = 100_000_000; // nanoseconds, as all times here
  private static final long LONGEST_PAUSE = 1_600_000_000;
  private static final long SHORTEST_TRY = 2_000_000;
  private static final int RETRIES = 5;
  private static final double JITTER = 0.5;

  private final long end;
  private final int retries;
  private int failed;

  /** The timeout is for all tries together; there are {@code retries} besides the first try. */
  Tries(Duration timeout, int retries) {
    this.end = System.nanoTime() + nanoseconds(timeout);
    this.retries = retries;
  }

  Tries(Duration timeout) {
    this(timeout, RETRIES);
  }

  /** Tries for as long as it takes. */
  static Tries forever() {
    return new Tries(Duration.ofNanos(Long.MAX_VALUE), Integer.MAX_VALUE);
  }

  /** Whether no other try can end in time. */
  boolean isOver() {
    return left() < SHORTEST_TRY;
  }

  /** How long until the call's deadline, in nanoseconds. */
  long left() {
    return Math.max(0, end - System.nanoTime());
  }

  /**
   * Returns how long to wait before the next try, or null to give up.
   *
   * <p>The pause doubles from 0.1 s to 1.6 s. A random part of up to a half is added, so that not
   * all clients return at once to a server that is back.
   */
  @Nullable Duration pauseAfter(Failure failure) {
    long whole = Math.min(FIRST_PAUSE << Math.min(failed, 10), LONGEST_PAUSE);
    long pause = (long) (whole * (1 + JITTER * ThreadLocalRandom.current().nextDouble()));
    failed += 1;
    boolean over = failed > retries || pause >= left();
    return over || !isUnavailable(failure) ? null : Duration.ofNanos(pause);
  }

  private static boolean isUnavailable(Failure failure) {
    return failure.code() == Status.Code.UNAVAILABLE;
  }

  private static long nanoseconds(Duration timeout) {
    long most = Long.MAX_VALUE / 4; // some 73 years; the sum with the clock must not overflow
    return timeout.compareTo(Duration.ofNanos(most)) > 0 ? most : timeout.toNanos();
  }
}
