package bellrope;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads lists page by page. */
public final class Pages {
  private Pages() {}

  /**
   * Returns the pages of a list, from the first to the last. A page may be empty although more
   * follow, because the server looks at a limited number of rows for each.
   *
   * <pre>{@code
   * Pages.of(client.deliveries()::listDeliveries, request).flatMap(page -> page.getDeliveriesList().stream())
   * }</pre>
   *
   * @param <Q> the request
   * @param <A> the answer
   * @param list the call
   * @param request the request of the first page
   * @return the pages, each read when it is needed
   */
  public static <Q extends Message, A extends Message> Stream<A> of(
      Function<Q, A> list, Q request) {
    return Stream.iterate(
        list.apply(request),
        Objects::nonNull,
        page -> token(page).isEmpty() ? null : list.apply(after(request, token(page))));
  }

  private static String token(Message page) {
    return (String) page.getField(field(page, "next_page_token"));
  }

  @SuppressWarnings("unchecked") // A message's builder builds its type.
  private static <Q extends Message> Q after(Q request, String token) {
    return (Q) request.toBuilder().setField(field(request, "page_token"), token).build();
  }

  private static FieldDescriptor field(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    return Objects.requireNonNull(
        field, () -> message.getDescriptorForType().getName() + " is no page of a list");
  }
}
