package com.iottly.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gives the bench what a customer has: a project, a key, and devices that were registered as any
 * device is.
 */
final class Provisioning {

  private static final int AT_ONCE = 8;

  private Provisioning() {}

  /**
   * A project and its devices.
   *
   * @param key the project's API key, a secret
   */
  record Fleet(String project, String key, List<Device> devices) {
    Fleet {
      devices = List.copyOf(devices);
    }
  }

  /** Makes a project with a key through the server's own command line, and registers devices. */
  static Fleet fleet(ServerProcess server, int devices, @Nullable SelfSigned tls) {
    String project = parse(server.createProject("bench"), "id", "project");
    String key = parse(server.createKey(project), "key", "secret");
    try (Api api = new Api(server.url(), key, tls)) {
      return new Fleet(project, key, register(api, project, devices));
    }
  }

  static List<Device> register(Api api, String project, int count) {
    Progress progress = new Progress("register devices", count);
    AtomicInteger registered = new AtomicInteger();
    List<Callable<Device>> work = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      work.add(() -> {
        Device device = api.provision(project, number);
        progress.at(registered.incrementAndGet());
        return device;
      });
    }
    try (ExecutorService workers =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().name("register-", 0).factory())) {
      List<Device> devices = new ArrayList<>();
      for (Future<Device> device : workers.invokeAll(work)) {
        devices.add(device.get());
      }
      progress.done();
      return devices;
    } catch (ExecutionException e) {
      throw new BenchException(
          "a device could not be registered: " + BenchException.reason(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** The first of these members that the printed JSON object has. */
  private static String parse(String json, String... members) {
    try {
      JsonNode object = Api.JSON.readTree(json);
      for (String member : members) {
        if (object.path(member).isTextual()) {
          return object.path(member).textValue();
        }
      }
    } catch (JsonProcessingException e) {
      throw new BenchException("iottly admin did not print JSON", e);
    }
    throw new BenchException("iottly admin printed no '" + members[0] + "'");
  }
}
