package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.admin.AdminClient;
import com.iottly.platform.sql.ManualClock;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The platform behind TLS, asked by curl, with keys and requests made by openssl. */
final class TlsPlatform implements AutoCloseable {

  /** What curl got. */
  record Answer(int status, JsonNode json) {
    String code() {
      return json.path("code").asText();
    }
  }

  /** A machine's key, and what the platform gave it. */
  record Machine(Path key, Path certificate, String id, String token) {}

  final ManualClock clock = new ManualClock();

  private final Path folder;
  private final Map<String, String> environment;
  private final String project;
  private final String apiKey;
  private Server server;
  private int machines;

  static TlsPlatform in(Path folder, String deviceCertificates) throws Exception {
    run(folder, selfSigned("server"));
    return new TlsPlatform(folder, deviceCertificates);
  }

  private TlsPlatform(Path folder, String deviceCertificates) throws Exception {
    this.folder = folder;
    this.environment =
        Map.of(
            "IOTTLY_SERVER_SERVER_DATA",
            folder.resolve("data").toString(),
            "IOTTLY_SERVER_SERVER_HOST",
            "127.0.0.1",
            "IOTTLY_SERVER_SERVER_PORT",
            "0",
            "IOTTLY_SERVER_TLS_CERTIFICATE",
            folder.resolve("server.crt").toString(),
            "IOTTLY_SERVER_TLS_KEY",
            folder.resolve("server.key").toString(),
            "IOTTLY_SERVER_TLS_DEVICE_CERTIFICATES",
            deviceCertificates);
    this.server = start();
    this.project = admin("project", "create", "Test", "--json").get("id").asText();
    this.apiKey =
        admin(
                "key",
                "create",
                project,
                "--description",
                "test",
                "--scope",
                "provision,read,command,manage",
                "--json")
            .get("secret")
            .asText();
  }

  private Server start() {
    return Server.open(ServerConfig.read(Optional.empty(), environment), clock);
  }

  void restart() {
    server.close();
    server = start();
  }

  String address() {
    return "127.0.0.1:" + server.port();
  }

  String project() {
    return project;
  }

  private JsonNode admin(String... arguments) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        AdminClient.run(
            folder.resolve("data"),
            List.of(arguments),
            new StringReader(""),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    assertThat(exit).as(err.toString()).isZero();
    return TestPlatform.JSON.readTree(out.toString());
  }

  /** Registers a machine as the agent does. */
  Machine provision() throws Exception {
    String name = "machine" + machines++;
    Answer answer = provision(name, request(name));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    Path certificate = folder.resolve(name + ".crt");
    Files.writeString(certificate, answer.json().path("certificate").asText());
    return new Machine(
        folder.resolve(name + ".key"),
        certificate,
        answer.json().at("/device/id").asText(),
        answer.json().path("token").asText());
  }

  /**
   * Registers a machine.
   *
   * @param request in PEM, or empty for none
   */
  Answer provision(String name, String request) throws Exception {
    var body =
        TestPlatform.JSON
            .createObjectNode()
            .put("project", project)
            .put("name", name)
            .put("macaddress", "02:00:00:00:01:%02x".formatted(machines))
            .put("machine_id", name);
    if (!request.isEmpty()) {
      body.put("certificate_request", request);
    }
    return api("POST", "agent/provision", body.toString());
  }

  /** A new key and a certificate request for it. */
  String request(String name) throws Exception {
    run(
        folder,
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x"
            + " -keyout %1$s.key -out %1$s.csr".formatted(name));
    return Files.readString(folder.resolve(name + ".csr"));
  }

  /** That machine with another certificate, which signed itself. */
  Machine withForeignCertificate(Machine machine) throws Exception {
    run(folder, selfSigned("foreign"));
    return new Machine(
        folder.resolve("foreign.key"),
        folder.resolve("foreign.crt"),
        machine.id(),
        machine.token());
  }

  Answer api(String method, String path, String body) throws Exception {
    return curl(
        "https://" + address() + "/v1.0/" + path,
        "-X",
        method,
        "-H",
        "Authentication: bearer " + apiKey,
        "-H",
        "Content-Type: application/json",
        "--data-binary",
        body);
  }

  /** Asks whether the device link would let a device in. */
  Answer check(String token, String... certificate) throws Exception {
    return link("/check", token, certificate);
  }

  Answer link(String path, String token, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("-H", "Authorization: Bearer " + token));
    options.addAll(List.of(more));
    return curl("https://" + address() + "/ws" + path, options.toArray(String[]::new));
  }

  /** Options of curl to show that machine's certificate. */
  static String[] showing(Machine machine) {
    return new String[] {
      "--cert", machine.certificate().toString(), "--key", machine.key().toString()
    };
  }

  Answer curl(String url, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-sS",
                "--max-time",
                "20",
                "--noproxy",
                "*",
                "--cacert",
                folder.resolve("server.crt").toString(),
                "-w",
                "\n%{http_code}"));
    command.addAll(List.of(options));
    command.add(url);
    String said = run(folder, command);
    int last = said.lastIndexOf('\n');
    return new Answer(
        Integer.parseInt(said.substring(last + 1)), TestPlatform.json(said.substring(0, last)));
  }

  private static String selfSigned(String name) {
    return ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            + " -subj /CN=%1$s -addext subjectAltName=IP:127.0.0.1 -keyout %1$s.key -out %1$s.crt")
        .formatted(name);
  }

  static String run(Path folder, String command) throws Exception {
    return run(folder, List.of(command.split(" ")));
  }

  private static String run(Path folder, List<String> command) throws Exception {
    Path errors = folder.resolve("errors.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(errors.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(() -> command + ": " + readable(errors) + out).isZero();
    return out;
  }

  private static String readable(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
