package bellrope;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connection to a server. */
final class Channels {
  // An answer can have 1 MiB of each webhook, and the details of an error are in the trailers.
  private static final int MOST_BYTES = Integer.MAX_VALUE;
  private static final int MOST_METADATA = 4 * 1024 * 1024;

  private Channels() {}

  /** Returns a channel, which connects when it is first used, and keeps no process alive. */
  static ManagedChannel open(Settings settings, @Nullable Path trusted) {
    return Grpc.newChannelBuilder(target(settings.server()), credentials(settings, trusted))
        .maxInboundMessageSize(MOST_BYTES)
        .maxInboundMetadataSize(MOST_METADATA)
        // A connection that died is noticed within half a minute. The server allows pings that are
        // 5 seconds apart.
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        // We try again ourselves, under the same id and within the caller's timeout.
        .disableRetry()
        .disableServiceConfigLookUp()
        .build();
  }

  /** Returns the address as a URI, in which an IPv6 address keeps no brackets. */
  private static String target(String address) {
    return "dns:///" + address.replace("[", "%5B").replace("]", "%5D");
  }

  private static ChannelCredentials credentials(Settings settings, @Nullable Path trusted) {
    if (!settings.tls()) {
      if (trusted != null) {
        throw new IllegalArgumentException("Certificates are for a server with https://.");
      }
      return InsecureChannelCredentials.create();
    }
    if (trusted == null) {
      return TlsChannelCredentials.create();
    }
    try {
      return TlsChannelCredentials.newBuilder().trustManager(trusted.toFile()).build();
    } catch (IOException error) {
      throw new IllegalArgumentException(
          "No certificates can be read from " + trusted + ".", error);
    }
  }
}
