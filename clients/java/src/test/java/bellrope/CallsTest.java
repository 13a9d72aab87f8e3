package bellrope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bellrope.v1.DeleteProjectRequest;
import bellrope.v1.ListTriggersRequest;
import bellrope.v1.PauseProjectRequest;
import bellrope.v1.ResumeProjectRequest;
import bellrope.v1.TailRequest;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How calls fail and end, without a server: on a port where nobody listens, or nobody answers. */
@Timeout(60)
class CallsTest {
  private static final Event EVENT = Event.of("a");

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static Bellrope client(ServerSocket socket) {
    String server = "127.0.0.1:" + socket.getLocalPort();
    return Bellrope.builder().server(server).timeout(Duration.ofMillis(300)).build();
  }

  private static String nobody() throws IOException {
    try (ServerSocket socket = listening()) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** A request takes the client's project, but nobody deletes a project without its name. */
  @Test
  void aProjectIsDeletedByItsNameOnly() throws IOException {
    try (Bellrope client = Bellrope.builder().server(nobody()).project("shop").build()) {
      var parts = new Parts(client);
      var named = DeleteProjectRequest.newBuilder().setProject("old").build();
      assertEquals("", parts.inProject(DeleteProjectRequest.getDefaultInstance()).getProject());
      assertEquals("old", parts.inProject(named).getProject());
      assertEquals("shop", parts.inProject(PauseProjectRequest.getDefaultInstance()).getProject());
      assertEquals("shop", parts.inProject(ResumeProjectRequest.getDefaultInstance()).getProject());
    }
  }

  /**
   * The stack trace is that of the caller, and has nothing of gRPC's. The message says what is
   * wrong.
   */
  @Test
  void anErrorShowsWhereTheCallWasMade() throws IOException {
    try (Bellrope client = Bellrope.connect(nobody())) {
      var request = ListTriggersRequest.getDefaultInstance();
      var error =
          assertThrows(UnavailableException.class, () -> client.triggers().listTriggers(request));
      var trace =
          Arrays.stream(error.getStackTrace()).map(StackTraceElement::getClassName).toList();
      assertTrue(trace.contains(CallsTest.class.getName()));
      assertTrue(trace.stream().noneMatch(name -> name.startsWith("io.grpc")));
      assertNull(error.getCause());
      assertEquals(Status.Code.UNAVAILABLE, error.code());
      assertTrue(error.getMessage().contains("Connection refused"), error.getMessage());
    }
  }

  /** An exception keeps what it says when it is sent to another machine. */
  @Test
  void anErrorCanBeSerialized() throws Exception {
    var error =
        new TooLargeException(Failure.of(Status.Code.RESOURCE_EXHAUSTED, "too large").at("e", 7));
    var bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(error);
    var read =
        (TooLargeException)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertEquals(
        List.of("too large", "e", 7),
        List.of(read.getMessage(), read.eventId(), read.index().getAsInt()));
  }

  /**
   * The thread that waits for a call may be interrupted: the call is cancelled, the thread stays
   * interrupted.
   */
  @Test
  void anInterruptCancelsTheCall() throws Exception {
    try (ServerSocket silent = listening();
        Bellrope client = client(silent)) {
      List<Runnable> calls =
          List.of(
              () -> client.trigger(EVENT, Duration.ofMinutes(1)),
              () -> client.queueStream(List.of(EVENT), Duration.ofMinutes(1)).hasNext(),
              () -> client.tail(TailRequest.getDefaultInstance()).hasNext());
      for (Runnable call : calls) {
        var outcome = new CompletableFuture<String>();
        var thread = new Thread(() -> outcome.complete(outcomeOf(call)));
        thread.start();
        thread.interrupt();
        assertEquals("CancellationException, interrupted", outcome.get());
      }
    }
  }

  private static String outcomeOf(Runnable call) {
    try {
      call.run();
      return "it returned";
    } catch (RuntimeException error) {
      String state = Thread.currentThread().isInterrupted() ? "interrupted" : "not interrupted";
      return error.getClass().getSimpleName() + ", " + state;
    }
  }

  /** A future of a call can be cancelled, as futures are. */
  @Test
  void aFutureCanBeCancelled() throws IOException {
    try (ServerSocket silent = listening();
        Bellrope client = client(silent)) {
      var answer = client.triggerAsync(EVENT);
      assertTrue(answer.cancel(true));
      assertThrows(CancellationException.class, answer::join);
    }
  }

  /** A closed cursor has nothing more, also for a thread that waits for it. */
  @Test
  void aCursorCanBeClosedByAnotherThread() throws Exception {
    try (ServerSocket silent = listening();
        Bellrope client = client(silent)) {
      for (Cursor<?> cursor :
          List.of(
              client.tail(TailRequest.getDefaultInstance()),
              client.queueStream(List.of(EVENT), Duration.ofMinutes(1)))) {
        var more = CompletableFuture.supplyAsync(cursor::hasNext);
        cursor.close();
        assertFalse(more.get());
      }
    }
  }

  /** What waits when the client is closed ends soon, and is not tried again. */
  @Test
  void aClosedClientEndsWhatWaits() throws Exception {
    try (ServerSocket silent = listening()) {
      String server = "127.0.0.1:" + silent.getLocalPort();
      Bellrope client = Bellrope.builder().server(server).timeout(Duration.ofMinutes(5)).build();
      var queued = client.queueAsync(EVENT);
      Executor threads = call -> new Thread(call).start(); // one for each: they wait
      List<CompletableFuture<String>> waiting =
          Stream.<Runnable>of(
                  queued::join,
                  () -> client.queueStream(List.of(EVENT), Duration.ofMinutes(5)).hasNext(),
                  () -> client.tail(TailRequest.getDefaultInstance()).hasNext())
              .map(call -> CompletableFuture.supplyAsync(() -> outcomeOf(call), threads))
              .toList();
      Thread.sleep(100); // most often they wait by now; if not, they find the client closed
      client.close();
      List<String> outcomes = waiting.stream().map(CompletableFuture::join).toList();
      assertEquals("CompletionException, not interrupted", outcomes.get(0));
      assertEquals(
          Collections.nCopies(2, "UnavailableException, not interrupted"), outcomes.subList(1, 3));
    }
  }

  /** A cursor that has failed, or whose thread was interrupted, has nothing more. */
  @Test
  void aCursorThatHasFailedIsAtItsEnd() throws Exception {
    try (ServerSocket silent = listening();
        Bellrope client = client(silent)) {
      for (Cursor<?> cursor :
          List.of(
              client.tail(TailRequest.getDefaultInstance()),
              client.queueStream(List.of(EVENT), Duration.ofMinutes(1)))) {
        Thread.currentThread().interrupt();
        assertThrows(CancellationException.class, cursor::hasNext);
        assertTrue(Thread.interrupted());
        assertFalse(cursor.hasNext());
      }
    }
  }

  /**
   * If nobody answers, a call ends with the timeout, and a stream names the first event without an
   * outcome.
   */
  @Test
  void aTimeoutEndsTheWait() throws IOException {
    try (ServerSocket silent = listening();
        Bellrope client = client(silent)) {
      var error = assertThrows(DeadlinePassedException.class, () -> client.queue(EVENT));
      assertEquals(EVENT.id(), error.eventId());
      try (var outcomes = client.queueStream(List.of(EVENT))) {
        var ended = assertThrows(DeadlinePassedException.class, outcomes::hasNext);
        assertEquals(List.of(EVENT.id(), 0), List.of(ended.eventId(), ended.index().getAsInt()));
      }
    }
  }

  /** What the caller's own events throw comes out of the stream as it is. */
  @Test
  void anErrorOfTheEventsComesOut() throws IOException {
    var events =
        Stream.<Event>generate(
            () -> {
              throw new IllegalStateException("mine");
            });
    try (Bellrope client = Bellrope.connect(nobody());
        var outcomes = client.queueStream(events::iterator)) {
      var error = assertThrows(IllegalStateException.class, outcomes::hasNext);
      assertEquals("mine", error.getMessage());
    }
  }
}
