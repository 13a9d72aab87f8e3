package bellrope;

import io.grpc.MethodDescriptor;
import java.util.NoSuchElementException;

/** The answers to one request, one by one. */
final class Answers<Q, A> implements Cursor<A> {
  private final Exchange<Q, A> exchange;
  private volatile boolean isClosed;
  private A next;

  Answers(Calls calls, MethodDescriptor<Q, A> method, Q request) {
    exchange = new Exchange<>(calls, method);
    exchange.send(request);
    exchange.end();
  }

  @Override
  public boolean hasNext() {
    if (next == null && !isClosed) {
      Exchange.Step<A> step = exchange.next(Long.MAX_VALUE);
      next = step.message();
      if (step.failure() != null && !isClosed) {
        isClosed = true;
        throw Failures.exception(step.failure());
      }
      isClosed |= step.isEnd();
    }
    return next != null;
  }

  @Override
  public A next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    A answer = next;
    next = null;
    return answer;
  }

  @Override
  public void close() {
    isClosed = true;
    exchange.close();
  }
}
