package com.iottly.bench;

import com.iottly.wire.Epoch;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Peers by the hundred. */
final class Peers {

  private static final long SEED = 20260101;

  private Peers() {}

  /** One link per device, each with a new spool. */
  static List<Peer> links(List<Device> devices, Load load, int batch, int size) {
    SecureRandom random = new SecureRandom();
    BatchTemplate template = new BatchTemplate(batch, size, false, new Random(SEED));
    List<Peer> peers = new ArrayList<>();
    for (Device device : devices) {
      peers.add(new LinkPeer(peers.size(), load, device, Epoch.random(random), template));
    }
    return peers;
  }

  /** So many MQTT publishers. */
  static List<Peer> publishers(int count, Load load, int size) {
    Random random = new Random(SEED);
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(new MqttPeer(i, load, size, random));
    }
    return peers;
  }
}
