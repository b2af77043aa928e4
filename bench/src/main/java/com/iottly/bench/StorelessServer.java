package com.iottly.bench;

import com.iottly.platform.server.Server;
import com.iottly.platform.server.ServerConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The same server with nothing behind its journal: what sockets, decoding and acknowledging alone
 * cost. Arguments: the configuration file.
 */
public final class StorelessServer {

  private StorelessServer() {}

  public static void main(String[] arguments) {
    ServerConfig config = ServerConfig.read(Optional.of(Path.of(arguments[0])), Map.of());
    Server server = Server.open(config, InstantSource.system(), DiscardingStore::new);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
  }
}
