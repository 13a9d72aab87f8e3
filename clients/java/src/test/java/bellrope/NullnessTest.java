package bellrope;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the public classes say about null, to Java's tools and to Kotlin's compiler. */
class NullnessTest {
  /** Every public class is in a package that is marked, so that no type is left open. */
  @Test
  void everyPublicClassSaysWhatMayBeNull() throws Exception {
    List<Class<?>> unmarked =
        publicClasses().stream()
            .filter(
                type ->
                    !type.getPackage().isAnnotationPresent(NullMarked.class)
                        || isUnmarked(type)
                        || executables(type).anyMatch(NullnessTest::isUnmarked))
            .toList();
    assertEquals(List.of(), unmarked);
    assertEquals(true, publicClasses().contains(bellrope.webhooks.Received.class));
  }

  /** These arguments and answers may be null, and no others. */
  @Test
  void thisMayBeNull() throws Exception {
    var expected =
        """
        Answer.as: @T
        Answer.result: @Object
        Event(String, RawJson, String, @Instant, @Duration, Map, @Instant, String, String)
        Event.delay(@Duration)
        Event.delay: @Duration
        Event.expireTime(@Instant)
        Event.expireTime: @Instant
        Event.of(String, @Object)
        Event.time(@Instant)
        Event.time: @Instant
        Headers.get: @String
        HttpAnswer.of(@Object)
        Json.decode: @Object
        Json.decode: @T
        Json.encode(@Object)
        Parts.exception(Status, @Metadata)
        Parts.pause: CompletableFuture<@Void>
        Received(String, String, String, @Instant, @Object, byte[], String)
        Received.as: @T
        Received.data: @Object
        Received.time: @Instant
        Receiver.receive: @Object
        Reply.of(@Object, Event[])
        Reply.of(@Object, List)
        """;
    List<String> found =
        publicClasses().stream()
            .flatMap(NullnessTest::executables)
            .filter(each -> !each.getName().equals("equals"))
            .flatMap(NullnessTest::nullable)
            .sorted()
            .toList();
    assertEquals(expected, String.join("\n", found) + "\n");
  }

  private static boolean isUnmarked(java.lang.reflect.AnnotatedElement element) {
    return element.isAnnotationPresent(NullUnmarked.class);
  }

  /** The parts of a signature that may be null: arguments and answer apart. */
  private static Stream<String> nullable(Executable each) {
    String owner = each.getDeclaringClass().getSimpleName();
    String name = each instanceof Method ? owner + "." + each.getName() : owner;
    List<String> arguments =
        Arrays.stream(each.getAnnotatedParameterTypes()).map(NullnessTest::shown).toList();
    return Stream.of(
            name + "(" + String.join(", ", arguments) + ")",
            name + ": " + shown(each.getAnnotatedReturnType()))
        .filter(line -> line.contains("@"));
  }

  /** A type by its simple name, with a mark before what may be null. */
  private static String shown(AnnotatedType type) {
    String mark = type.isAnnotationPresent(Nullable.class) ? "@" : "";
    String name = type.getType().getTypeName().replaceAll("<.*>", "").replaceAll("[\\w.]*[.$]", "");
    if (type instanceof AnnotatedParameterizedType generic) {
      List<String> arguments =
          Arrays.stream(generic.getAnnotatedActualTypeArguments())
              .map(NullnessTest::shown)
              .filter(argument -> argument.contains("@"))
              .toList();
      return mark
          + name
          + (arguments.isEmpty() ? "" : arguments.toString().replace("[", "<").replace("]", ">"));
    }
    return mark + name;
  }

  private static Stream<Executable> executables(Class<?> type) {
    return Stream.<Executable>concat(
            Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
        .filter(each -> !each.isSynthetic() && isVisible(each.getModifiers()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** All public classes but the messages of the protos, which protobuf generates. */
  private static List<Class<?>> publicClasses()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path root = Path.of(Bellrope.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var found = new ArrayList<Class<?>>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        String name =
            root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        if (name.endsWith(".class")
            && !name.startsWith("bellrope.v1.")
            && !name.contains("-info")) {
          found.add(Class.forName(name.replaceAll("\\.class$", "")));
        }
      }
    }
    found.removeIf(type -> !isVisible(type.getModifiers()));
    return found;
  }
}
