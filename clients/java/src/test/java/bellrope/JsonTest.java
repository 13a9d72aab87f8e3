package bellrope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What data becomes, and what is refused. */
class JsonTest {
  record Price(String item, double amount, Integer count) {}

  private static String json(Object value) {
    return new String(Json.encode(value), UTF_8);
  }

  private static String refusal(Object value) {
    return assertThrows(IllegalArgumentException.class, () -> Json.encode(value)).getMessage();
  }

  /** Values are written without spaces and needless escapes, and members keep their order. */
  @Test
  void valuesAreWrittenAsTheyAre() {
    var members = new LinkedHashMap<String, Object>();
    members.put("z", List.of(true, "é\u2028😀/\u007f\"\\\n\u001f"));
    members.put("a", null);
    members.put("price", new Price("tea", 0.1, null));
    members.put("raw", RawJson.of("{ \"n\" : 1.0 }"));
    assertEquals(
        "{\"z\":[true,\"é\u2028😀/\u007f\\\"\\\\\\n\\u001f\"],\"a\":null,"
            + "\"price\":{\"item\":\"tea\",\"amount\":0.1,\"count\":null},\"raw\":{ \"n\" : 1.0 }}",
        json(members));
  }

  /** A number keeps its digits, whatever its type. */
  @Test
  void numbersKeepTheirDigits() {
    var numbers =
        List.of(
            new BigInteger("-18446744073709551617"), Long.MAX_VALUE, new BigDecimal("1.10"), 1e23);
    assertEquals("[-18446744073709551617,9223372036854775807,1.10,1.0E23]", json(numbers));
  }

  /** What JSON cannot hold is refused with its place. */
  @Test
  void whatJsonCannotHoldIsRefusedWithItsPlace() {
    String nan = " is NaN, which JSON cannot hold. Leave it out, or use null.";
    assertEquals("data" + nan, refusal(Double.NaN));
    assertEquals(
        "data.items[1].price" + nan,
        refusal(Map.of("items", List.of(1, Map.of("price", Float.NaN)))));
    assertEquals(
        "data[\"a b\"].amount" + nan, refusal(Map.of("a b", new Price("", Double.NaN, 1))));
    assertEquals("data" + nan, refusal(new double[] {1, Double.NaN}));
    assertTrue(refusal(Double.POSITIVE_INFINITY).startsWith("data is Infinity, "));
    assertTrue(refusal(List.of(new Object())).startsWith("data[0] cannot be written as JSON: "));
  }

  /** Bytes are never taken for text, and the message names RawJson. */
  @Test
  void bytesAreRefused() {
    String bytes =
        " is bytes, which JSON cannot hold. Use RawJson if they are JSON text, else write them as a"
            + " String.";
    assertEquals("data" + bytes, refusal(new byte[] {1}));
    assertEquals("data.b" + bytes, refusal(Map.of("b", "[1]".getBytes(UTF_8))));
    assertEquals("data[0]" + bytes, refusal(List.of(java.nio.ByteBuffer.wrap(new byte[] {1}))));
  }

  /**
   * Half of a surrogate pair is no character, and is not sent as one, in values, names and raw
   * JSON.
   */
  @Test
  void halvesOfCharactersAreRefused() {
    for (String half : List.of("x\ud83d", "\ude00x", "\ude00\ud83d")) {
      assertTrue(refusal(List.of(half)).startsWith("data[0] has half of a surrogate pair"));
      assertTrue(refusal(Map.of(half, 1)).startsWith("data[\"?\"] has half of a surrogate pair"));
      assertThrows(IllegalArgumentException.class, () -> RawJson.of('"' + half + '"'));
    }
  }

  /** A list that contains itself is refused, and does not overflow the stack. */
  @Test
  void whatContainsItselfIsRefused() {
    var list = new ArrayList<Object>();
    list.add(list);
    assertEquals("data is nested too deep, or contains itself.", refusal(list));
  }

  /** Raw JSON is one JSON value in UTF-8, and is kept byte for byte. */
  @ParameterizedTest
  @ValueSource(strings = {" {\"a\" : [1.0, -0, 1e400] } ", "null", "\"\\ud800\"", "12"})
  void rawJsonIsKept(String text) {
    assertArrayEquals(text.getBytes(UTF_8), Json.encode(RawJson.of(text)));
    assertEquals(RawJson.of(text), RawJson.of(text.getBytes(UTF_8)));
  }

  /** Anything else is no raw JSON. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "{", "[1]]", "1 2", "truex", "01", "1.", "NaN", "'a'", "\ufeff1"})
  void whatIsNotOneJsonValueIsNoRawJson(String text) {
    assertThrows(IllegalArgumentException.class, () -> RawJson.of(text));
    assertThrows(IllegalArgumentException.class, () -> RawJson.of(text.getBytes(UTF_8)));
  }

  /** Bytes that are not UTF-8 are not guessed at. */
  @Test
  void otherEncodingsAreNoRawJson() {
    byte[] utf16 = {'1', 0, '2', 0};
    byte[] latin = {'"', (byte) 0xe9, '"'};
    for (byte[] bytes : List.of(utf16, latin)) {
      assertThrows(IllegalArgumentException.class, () -> RawJson.of(bytes));
      assertThrows(IllegalArgumentException.class, () -> Json.decode(bytes));
    }
  }

  /** Integers are read with all of their digits, in the smallest type that holds them. */
  @ParameterizedTest
  @CsvSource({
    "1,java.lang.Integer",
    "9007199254740993,java.lang.Long",
    "18446744073709551617,java.math.BigInteger",
    "0.5,java.lang.Double"
  })
  void numbersAreReadExactly(String text, String type) {
    Object value = Json.decode(text.getBytes(UTF_8));
    assertEquals(List.of(text, type), List.of(value.toString(), value.getClass().getName()));
  }

  /** A type of the caller's takes the members that it has. */
  @Test
  void textIsReadAsAType() {
    byte[] text = "{\"item\":\"tea\",\"amount\":3.5,\"count\":2,\"more\":[]}".getBytes(UTF_8);
    assertEquals(new Price("tea", 3.5, 2), Json.decode(text, Price.class));
    assertThrows(
        IllegalArgumentException.class, () -> Json.decode("[]".getBytes(UTF_8), Price.class));
  }

  /** The members of an object keep their text. */
  @Test
  void membersKeepTheirText() {
    String text =
        " {\"a\" : [1.0, {\"}\": \"]\\\"\"}] ,\"\\u0062\":2e3,\"é\":\"😀\",\"n\":null ,\"o\":{}} ";
    var members = Json.members(text.getBytes(UTF_8));
    assertEquals(
        "{a=[1.0, {\"}\": \"]\\\"\"}], b=2e3, é=\"😀\", n=null, o={}}", members.toString());
    for (String wrong : Arrays.asList("[]", "1", "{", "{} 1", "{\"a\":1,\"\\u0061\":2}")) {
      assertThrows(
          IllegalArgumentException.class, () -> Json.members(wrong.getBytes(UTF_8)), wrong);
    }
  }
}
