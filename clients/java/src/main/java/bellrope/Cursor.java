package bellrope;

import java.util.Iterator;

/**
 * What a call yields one by one, for as long as you ask for more. Close it to end the call.
 *
 * <pre>{@code
 * try (Cursor<Outcome> outcomes = client.queueStream(events)) {
 *   for (Outcome outcome : outcomes) {
 *   }
 * }
 * }</pre>
 *
 * <p>It can be walked through once, by one thread at a time; another thread may close it. {@link
 * #hasNext} waits. If its thread is interrupted, it ends the call and throws {@link
 * java.util.concurrent.CancellationException}.
 *
 * @param <T> what it yields
 */
public interface Cursor<T> extends Iterator<T>, Iterable<T>, AutoCloseable {
  /** Returns itself. */
  @Override
  default Iterator<T> iterator() {
    return this;
  }

  /** Ends the call; there is no next element then. */
  @Override
  void close();
}
