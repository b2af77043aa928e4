package com.iottly.agent.remote.files;

import com.iottly.agent.remote.policy.Place;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What clients are told about a file, and how its mode is written. */
final class FileEntry {

  private static final String ALL = "rwxrwxrwx";

  private FileEntry() {}

  static Map<String, @Nullable Object> of(Place place, PosixFileAttributes attributes) {
    var entry = new LinkedHashMap<String, @Nullable Object>();
    entry.put("name", place.name().toString());
    entry.put("type", type(attributes));
    entry.put("size", attributes.size());
    entry.put("modified", attributes.lastModifiedTime().toInstant().toString());
    entry.put("mode", mode(attributes.permissions()));
    entry.put("owner", attributes.owner().getName());
    return entry;
  }

  private static String type(PosixFileAttributes attributes) {
    if (attributes.isRegularFile()) {
      return "file";
    }
    if (attributes.isDirectory()) {
      return "directory";
    }
    return attributes.isSymbolicLink() ? "link" : "other";
  }

  /** In octal, as chmod(1) takes it. */
  static String mode(Set<PosixFilePermission> permissions) {
    String bits =
        PosixFilePermissions.toString(permissions).replaceAll("[rwx]", "1").replace('-', '0');
    return "%04o".formatted(Integer.parseInt(bits, 2));
  }

  /** The other way round. */
  static Set<PosixFilePermission> permissions(int mode) {
    var text = new StringBuilder(ALL);
    for (int i = 0; i < ALL.length(); i++) {
      if ((mode & 0400 >> i) == 0) {
        text.setCharAt(i, '-');
      }
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  /**
   * What tells one content of a file from another: a download is resumed only when it is the same.
   */
  static String version(PosixFileAttributes attributes) {
    return Long.toHexString(attributes.size())
        + "-"
        + Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
        + "-"
        + Integer.toHexString(String.valueOf(attributes.fileKey()).hashCode());
  }
}
