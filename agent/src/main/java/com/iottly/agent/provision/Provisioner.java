package com.iottly.agent.provision;

import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Key;
import com.iottly.agent.config.Settings;
import com.iottly.agent.json.Json;
import com.iottly.agent.net.KeyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Registers this machine at a platform and keeps the answer in the configuration file. */
public final class Provisioner {

  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final OkHttpClient client;

  public Provisioner(OkHttpClient client) {
    this.client = client;
  }

  /**
   * What the platform made of this machine.
   *
   * @param device the device's id
   * @param endpoint where the agent will connect
   */
  public record Device(
      String device, String name, String license, String project, String endpoint) {}

  /**
   * Registers and writes token, endpoint and binding into the file, keeping everything else in it;
   * a new file starts from the sample.
   *
   * @param allowPlaintext whether to write that the platform may be reached without TLS
   * @throws ProvisionException when the platform can't be reached or refuses, or the file can't be
   *     written
   */
  public Device provision(Registration registration, Path configFile, boolean allowPlaintext) {
    requireWritable(configFile);
    ConfigFile before =
        Files.exists(configFile) ? ConfigFile.read(configFile) : ConfigFile.sample();
    Path certificateFile = ConfigFile.certificateBeside(configFile);
    Optional<KeyRequest> newKey =
        hasOwnCertificate(before, certificateFile)
            ? Optional.empty()
            : Optional.of(KeyRequest.make());
    Map<String, @Nullable Object> answer = ask(registration, newKey);
    String token = text(answer, "token");
    Device device = device(answer);
    if (!token.chars().allMatch(c -> c > ' ' && c < 127)
        || !device.endpoint().matches("wss?://[^\\s\"']+")) {
      throw ProvisionException.lasting(
          "the platform's answer has no usable token or endpoint; is this an Iottly platform?");
    }
    try {
      if (newKey.isPresent()) {
        before = before.withCertificate(keep(newKey.get(), answer, certificateFile));
      }
      if (allowPlaintext) {
        before = before.with(Map.of(Key.ALLOW_PLAINTEXT, "true"));
      }
      before
          .with(
              Map.of(
                  Key.TOKEN,
                  token,
                  Key.MACHINE,
                  registration.binding().toString(),
                  Key.ENDPOINT,
                  device.endpoint()))
          .write(configFile);
    } catch (IOException e) {
      throw ProvisionException.lasting(
          "the device was registered, but its settings in "
              + configFile.toAbsolutePath().getParent()
              + " can't be written: "
              + e);
    }
    return device;
  }

  /** Whether the operator has named a certificate, which then is left alone. */
  private static boolean hasOwnCertificate(ConfigFile before, Path issued) {
    String named = Settings.of(before, Map.of()).value(Key.CLIENT_CERTIFICATE);
    return !named.isEmpty() && !named.equals(issued.toString());
  }

  /** Writes the certificate, or removes that of an earlier registration; where it is. */
  private static Optional<Path> keep(
      KeyRequest key, Map<String, @Nullable Object> answer, Path file) throws IOException {
    if (answer.get("certificate") instanceof String certificate) {
      key.keep(file, certificate);
      return Optional.of(file);
    }
    Files.deleteIfExists(file);
    return Optional.empty();
  }

  /** Asks the disk first: a registration whose token can't be kept would be in vain. */
  private static void requireWritable(Path configFile) {
    Path directory = configFile.toAbsolutePath().getParent();
    try {
      if (directory != null) {
        Files.createDirectories(directory);
      }
    } catch (IOException e) {
      throw ProvisionException.lasting(directory + " can't be made: " + e);
    }
    if (directory != null && !Files.isWritable(directory)) {
      throw ProvisionException.lasting(
          directory + " can't be written; run this as root, or name another file with --config");
    }
  }

  private Map<String, @Nullable Object> ask(
      Registration registration, Optional<KeyRequest> newKey) {
    String url = registration.platform().toString().replaceFirst("/+$", "");
    var request =
        new Request.Builder()
            .url(url + "/v1.0/agent/provision")
            .post(
                RequestBody.create(
                    Json.write(registration.body(newKey.map(KeyRequest::pem))),
                    MediaType.get("application/json")));
    if (registration.permission() instanceof Registration.Permission.ApiKey key) {
      request.header("Authentication", "bearer " + key.key());
    }
    try (Response response = client.newCall(request.build()).execute()) {
      byte[] body = response.peekBody(MAX_ANSWER_BYTES).bytes();
      if (response.code() != 200) {
        throw refusal(response.code(), body);
      }
      return Json.read(body);
    } catch (IOException e) {
      throw ProvisionException.passing(url + " can't be reached: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw ProvisionException.lasting(
          url + " answered something else than JSON; is this an Iottly platform?");
    }
  }

  private static ProvisionException refusal(int status, byte[] body) {
    String sentence = "the platform answered with the HTTP status " + status;
    try {
      sentence = Json.read(body).get("error") instanceof String error ? error : sentence;
    } catch (IllegalArgumentException e) {
      sentence += " and no word of why; is this an Iottly platform?";
    }
    return status == 429 || status >= 500
        ? ProvisionException.passing(sentence)
        : ProvisionException.lasting(sentence);
  }

  private static Device device(Map<String, @Nullable Object> answer) {
    Map<?, ?> device = answer.get("device") instanceof Map<?, ?> map ? map : Map.of();
    return new Device(
        text(device, "id"),
        text(device, "name"),
        text(device, "license"),
        text(answer, "project"),
        text(answer, "endpoint"));
  }

  private static String text(Map<?, ?> object, String name) {
    return object.get(name) instanceof String text ? text : "";
  }
}
