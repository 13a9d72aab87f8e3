package bellrope;

import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Settings for a client. Each has a default. */
public final class BellropeBuilder {
  @Nullable String server;
  @Nullable String project;
  @Nullable String key;
  boolean keyWithoutTls;
  @Nullable Duration timeout;
  @Nullable Path trusted;
  @Nullable ManagedChannel channel;

  BellropeBuilder() {}

  /**
   * Sets the server's gRPC address.
   *
   * @param server {@code HOST:PORT} or {@code http://HOST:PORT} without TLS, {@code https://HOST}
   *     with TLS. Default: the environment variable {@code BELLROPE_SERVER}, or {@code
   *     127.0.0.1:4123}
   * @return this builder
   */
  public BellropeBuilder server(String server) {
    this.server = Objects.requireNonNull(server);
    return this;
  }

  /**
   * Sets the project of events, and of requests that name none.
   *
   * @param project its name. Default: {@code BELLROPE_PROJECT}, or {@code default}
   * @return this builder
   */
  public BellropeBuilder project(String project) {
    this.project = Objects.requireNonNull(project);
    return this;
  }

  /**
   * Sets the key to call with.
   *
   * @param key the key. Default: {@code BELLROPE_KEY} or {@code BELLROPE_ADMIN_KEY}, or none
   * @return this builder
   */
  public BellropeBuilder key(String key) {
    this.key = Objects.requireNonNull(key);
    return this;
  }

  /**
   * Allows a key on a connection without TLS to another machine. Anyone on the way can read it.
   *
   * @return this builder
   */
  public BellropeBuilder keyWithoutTls() {
    this.keyWithoutTls = true;
    return this;
  }

  /**
   * Sets how long a call may take, all its retries together. A {@code trigger} has its own timeout.
   *
   * @param timeout the time. Default: 10 seconds
   * @return this builder
   */
  public BellropeBuilder timeout(Duration timeout) {
    this.timeout = Objects.requireNonNull(timeout);
    return this;
  }

  /**
   * Sets the certificates to trust, in place of those of the machine.
   *
   * @param certificates a file in PEM
   * @return this builder
   */
  public BellropeBuilder trust(Path certificates) {
    this.trusted = Objects.requireNonNull(certificates);
    return this;
  }

  /**
   * Sets a channel of your own. It replaces the server's address; the key is sent over it. Close it
   * yourself.
   *
   * @param channel a channel of gRPC
   * @return this builder
   */
  public BellropeBuilder channel(ManagedChannel channel) {
    this.channel = Objects.requireNonNull(channel);
    return this;
  }

  /**
   * Returns the client. It connects with its first call.
   *
   * @return the client
   * @throws IllegalArgumentException if a setting is wrong
   */
  public Bellrope build() {
    return new Bellrope(this);
  }
}
