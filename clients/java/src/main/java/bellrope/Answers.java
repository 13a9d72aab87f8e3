package bellrope;

import io.grpc.MethodDescriptor;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The answers to one request, one by one. */
final class Answers<Q, A> implements Cursor<A> {
  private final Exchange<Q, A> exchange;
  private volatile boolean isClosed;
  private @Nullable A next;

  Answers(Calls calls, MethodDescriptor<Q, A> method, Q request) {
    exchange = new Exchange<>(calls, method);
    exchange.send(request);
    exchange.end();
  }

  @Override
  public boolean hasNext() {
    if (next == null && !isClosed) {
      Exchange.Step<A> step = exchange.nextEver();
      next = step.message();
      if (step.failure() != null && !isClosed) {
        isClosed = true;
        throw Failures.exception(step.failure());
      }
      isClosed |= next == null;
    }
    return next != null;
  }

  @Override
  public A next() {
    A answer = hasNext() ? next : null;
    if (answer == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return answer;
  }

  @Override
  public void close() {
    isClosed = true;
    exchange.close();
  }
}
