package bellrope.webhooks;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as RFC 3339 writes them. */
final class Moment {
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)[T"
              + " ](\\d\\d:\\d\\d):(\\d\\d)(\\.\\d{1,9})?\\d*(?:Z|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

  private Moment() {}

  /** Returns a time. A leap second, which no Instant has, is the second after it. */
  static Instant parse(String text) {
    Matcher time = RFC_3339.matcher(text.toUpperCase(Locale.ROOT));
    if (!time.matches()) {
      throw new IllegalArgumentException("its time is not a time with a zone");
    }
    boolean isLeap = time.group(3).equals("60");
    String fraction = time.group(4) == null ? "" : time.group(4);
    String second = (isLeap ? "59" : time.group(3)) + fraction;
    try {
      return LocalDateTime.parse(time.group(1) + "T" + time.group(2) + ":" + second)
          .toInstant(ZoneOffset.UTC)
          .minusSeconds(secondsAhead(time))
          .plusSeconds(isLeap ? 1 : 0);
    } catch (DateTimeException error) {
      throw new IllegalArgumentException("its time does not exist", error);
    }
  }

  /**
   * Returns how far the zone is ahead of UTC. A ZoneOffset has at most 18 hours, RFC 3339 has 23.
   */
  private static long secondsAhead(Matcher time) {
    if (time.group(5) == null) {
      return 0;
    }
    long minutes = 60 * Long.parseLong(time.group(6)) + Long.parseLong(time.group(7));
    return time.group(5).equals("-") ? -60 * minutes : 60 * minutes;
  }
}
