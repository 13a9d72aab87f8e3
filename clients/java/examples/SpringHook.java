import bellrope.webhooks.HttpAnswer;
import bellrope.webhooks.Webhooks;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A webhook in Spring MVC. The body must be bytes: a String or an object would not be what was
 * signed.
 */
@RestController
class SpringHook {
  private final String secret = System.getenv("WEBHOOK_SECRET");

  @PostMapping("/hook")
  ResponseEntity<byte[]> hook(
      @RequestBody(required = false) byte[] body, HttpServletRequest request) throws Exception {
    HttpAnswer answer =
        Webhooks.answer(
            body == null ? new byte[0] : body,
            request::getHeader,
            event -> Map.of("fine", true), // the answer for a caller that waits
            secret);
    var response = ResponseEntity.status(answer.status());
    answer.headers().forEach(response::header);
    return response.body(answer.body());
  }
}
