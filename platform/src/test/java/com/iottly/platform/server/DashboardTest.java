package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the dashboard's files are served; what they do is tried in a browser. */
class DashboardTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static List<String> assets;

  @BeforeAll
  static void open() throws Exception {
    platform = TestPlatform.on(folder);
    assets =
        Pattern.compile("/assets/[^\"]+")
            .matcher(text(get("/")))
            .results()
            .map(found -> found.group())
            .toList();
  }

  @AfterAll
  static void close() {
    platform.close();
    HTTP.close();
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, headers);
  }

  private static HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(platform.url() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void thePageAndItsFilesComeWithTheirTypesAndNobodyElseIsAskedForAnything() throws Exception {
    HttpResponse<byte[]> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'")
        .doesNotContain("unsafe", "*", "http");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(text(page)).doesNotContain("http:", "https:", "<script>", "<style", "style=");
    assertThat(assets)
        .anyMatch(name -> name.endsWith(".js"))
        .anyMatch(name -> name.endsWith(".css"));
    for (String asset : assets) {
      HttpResponse<byte[]> file = get(asset);
      assertThat(file.statusCode()).as(asset).isEqualTo(200);
      assertThat(header(file, "Content-Type"))
          .isEqualTo(
              asset.endsWith(".js") ? "text/javascript; charset=utf-8" : "text/css; charset=utf-8");
      assertThat(header(file, "X-Content-Type-Options")).isEqualTo("nosniff");
    }
  }

  @Test
  void hashedFilesAreKeptForEverAndThePageIsAskedForAgain() throws Exception {
    assertThat(header(get(assets.getFirst()), "Cache-Control"))
        .isEqualTo("public, max-age=31536000, immutable");
    HttpResponse<byte[]> page = get("/");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    String tag = header(page, "ETag");
    for (String held : List.of(tag, "\"other\", " + tag, "W/" + tag, "*")) {
      HttpResponse<byte[]> again = get("/", "If-None-Match", held);
      assertThat(again.statusCode()).as(held).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(header(again, "ETag")).isEqualTo(tag);
    }
    assertThat(get("/", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    assertThat(header(get("/favicon.svg"), "Cache-Control")).isEqualTo("no-cache");
  }

  @Test
  void aBrowserGetsTheSmallestFormThatItTakes() throws Exception {
    String script = assets.stream().filter(name -> name.endsWith(".js")).findFirst().orElseThrow();
    byte[] plain = get(script).body();
    HttpResponse<byte[]> gzip = get(script, "Accept-Encoding", "gzip, br;q=0");
    assertThat(header(gzip, "Content-Encoding")).isEqualTo("gzip");
    assertThat(header(gzip, "Vary")).contains("Accept-Encoding");
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
      assertThat(unpacked.readAllBytes()).isEqualTo(plain);
    }
    HttpResponse<byte[]> brotli = get(script, "Accept-Encoding", "gzip, deflate, br");
    assertThat(header(brotli, "Content-Encoding")).isEqualTo("br");
    assertThat(brotli.body().length).isLessThan(gzip.body().length);
    assertThat(header(brotli, "ETag"))
        .isNotEqualTo(header(gzip, "ETag"))
        .isNotEqualTo(header(get(script), "ETag"));
    assertThat(header(get(script, "Accept-Encoding", "identity"), "Content-Encoding")).isEmpty();
  }

  @Test
  void headAnswersAsGetWithoutTheBody() throws Exception {
    HttpResponse<byte[]> page = get("/");
    HttpResponse<byte[]> head = send("HEAD", "/");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(page.body().length));
    assertThat(header(head, "ETag")).isEqualTo(header(page, "ETag"));
    assertThat(send("HEAD", "/assets/none.js").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/projects/0123456789ab/devices", "/sign-in", "/setup", "/account?x=1"})
  void aPersonWhoGoesToAnAddressWithinThePageGetsThePage(String path) throws Exception {
    HttpResponse<byte[]> page = get(path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).isEqualTo(get("/").body());
    HttpResponse<byte[]> program = get(path, "Accept", "application/json");
    assertThat(program.statusCode()).isEqualTo(404);
    assertThat(text(program)).contains("\"code\":\"unknown_path\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1.0",
        "/v1.0/none",
        "/ws/none",
        "/health/none",
        "/metrics",
        "/metrics/x",
        "/agent",
        "/agent/none",
        "/assets/none.js",
        "/assets/",
        "/none.html",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/index.html.gz",
        "//index.html",
        "/assets/..%2findex.html"
      })
  void whatBelongsToOthersOrIsNoFileIsNeverThePage(String path) throws Exception {
    HttpResponse<byte[]> answer = get(path, "Accept", "text/html");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
  }

  @Test
  void whatChangesSomethingIsRefused() throws Exception {
    HttpResponse<byte[]> answer = send("POST", "/");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    assertThat(send("DELETE", assets.getFirst()).statusCode()).isEqualTo(405);
  }
}
