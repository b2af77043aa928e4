package com.iottly.agent.update;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Where a release is had from: a platform, or a folder. */
public sealed interface Releases {

  /**
   * Opens one of the release's files; the caller closes it.
   *
   * @throws IOException when it can't be had
   */
  InputStream open(String name) throws IOException;

  /** What a platform serves below {@code /agent/}. */
  record OfPlatform(OkHttpClient client, URI endpoint) implements Releases {
    @Override
    public InputStream open(String name) throws IOException {
      String url =
          endpoint.toString().replaceFirst("^ws", "http").replaceFirst("/ws/?$", "")
              + "/agent/"
              + name;
      Response response = client.newCall(new Request.Builder().url(url).build()).execute();
      if (response.code() != 200) {
        response.close();
        throw new IOException(
            response.code() == 404
                ? url + ": the platform offers no release"
                : url + ": HTTP status " + response.code());
      }
      return response.body().byteStream();
    }
  }

  /** A folder with manifest, signature and package. */
  record OfFolder(Path folder) implements Releases {
    @Override
    public InputStream open(String name) throws IOException {
      return Files.newInputStream(folder.resolve(name));
    }
  }
}
