# shellcheck shell=bash
# Makes the agent's packages of this machine's architecture. Sourced by ./iottly.

package_help() {
  cat <<'EOT'
./iottly package [--out DIR] [--sign-key FILE] [--release-key FILE] [--minimum-version V] [--quick]

Makes what devices install, for the architecture of this machine:

  iottly-agent_VERSION_ARCH.deb          Debian and its relatives: service, user, updater; needs no Java
  iottly-agent-VERSION-ARCH.tar.xz       the same for other Linux systems (glibc); what an update downloads
  iottly-agent.tar.gz                    portable: for a machine that has a Java 25 of its own
  iottly-cli.tar.gz                      the client for people and scripts, also with a Java of the machine's own
  manifest-ARCH.json, .sig               the release that `iottly-agent update` looks for, with --sign-key
  install.sh, SHA256SUMS                 what `curl … | sudo sh` runs; and what it checks the others by

A platform serves the directory when its configuration says [agent] packages = "DIR" (docs/operations.md).

  --out DIR              where to (default packaging/target/packages)
  --sign-key FILE        the release key, an Ed25519 private key in PEM: openssl genpkey -algorithm ed25519
  --release-key FILE     the public key that the installed agents accept updates by (default: that of --sign-key)
  --minimum-version V    the oldest version that may update to this one directly (default 0.1.0)
  --quick                compress less: larger files in less time, for a try
EOT
}

run_package() {
  local out="$root/packaging/target/packages" sign_key='' release_key='' minimum=0.1.0 preset=9e
  while [ $# -gt 0 ]; do
    case "$1" in
      --out) out=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      --sign-key) sign_key=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      --release-key) release_key=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      --minimum-version) minimum=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      --quick) preset=1; shift ;;
      -h | --help) package_help; return ;;
      *) misused "package knows --out, --sign-key, --release-key, --minimum-version and --quick, not $1" ;;
    esac
  done
  [ -n "$out" ] || misused "--out needs a folder"
  [ -z "$sign_key" ] || [ -r "$sign_key" ] || misused "--sign-key: $sign_key can't be read"
  [ -z "$release_key" ] || [ -r "$release_key" ] || misused "--release-key: $release_key can't be read"
  [[ "$minimum" =~ ^[0-9]+(\.[0-9]+){2}$ ]] || misused "--minimum-version needs a version like 0.1.0, not '$minimum'"
  need openssl "it makes a certificate for the training run, and signatures (on Debian: apt-get install openssl)."
  need xz "it compresses the packages (on Debian: apt-get install xz-utils)."
  build
  train
  case "$(uname -m)" in
    x86_64) arch=amd64 ;;
    aarch64) arch=arm64 ;;
    *) fail "packages with a runtime of their own are made for x86_64 and aarch64; on $(uname -m) use the portable one." ;;
  esac
  version=$(basename "$root"/agent/target/lib/agent-*.jar .jar)
  version=${version#agent-}
  work="$root/packaging/target/work"
  home="$work/iottly.com-agent"
  mkdir -p "$root/packaging/target" "$out"
  # One at a time: all of them work in this folder.
  exec {package_lock}>"$root/packaging/target/lock"
  flock "$package_lock"
  rm -rf "$work"
  mkdir -p "$home"
  out=$(cd "$out" && pwd)

  package_step "Runtime" package_runtime
  package_step "Agent" package_agent
  package_step "AOT cache, from a run against a platform" package_train
  package_step "iottly-agent-$version-$arch.tar.xz" package_tarball
  if command -v dpkg-deb >/dev/null 2>&1; then
    package_step "iottly-agent_${version}_$arch.deb" package_deb
  else
    echo "  (no .deb: dpkg-deb is not here)" >&2
  fi
  package_step "Client" package_cli
  package_step "Portable package, install script, checksums" package_rest
  [ -z "$sign_key" ] || package_step "Signed manifest" package_manifest
  package_sizes
}

# package_step TITLE FUNCTION: shows what goes on; its output is only of interest when it fails.
package_step() {
  local began=$SECONDS
  echo "  $1 …" >&2
  # In the background, since a command before || may fail half way and go on.
  "$2" >"$work/step.log" 2>&1 &
  wait $! || { tail -n 15 "$work/step.log" | cut -c 1-500 >&2; fail "the step '$1' failed"; }
  [ $((SECONDS - began)) -lt 5 ] || echo "    done after $((SECONDS - began)) s" >&2
}

# java.base has all the agent needs but OkHttp's logging and the signals of jdk.unsupported.
package_runtime() {
  "$JAVA_HOME/bin/jlink" --add-modules java.base,java.logging,jdk.unsupported --output "$home/runtime" \
    --strip-java-debug-attributes --no-header-files --no-man-pages --vm server --compress zip-9
  rm -f "$home/runtime/bin/keytool" "$home/runtime/lib/jrt-fs.jar" "$home/runtime/lib/jexec" "$home/runtime/lib/classlist"
  # Five megabytes of symbols that only a debugger of the JVM itself would want.
  ! command -v strip >/dev/null 2>&1 || strip --strip-unneeded "$home"/runtime/lib/server/libjvm.so
}

package_agent() {
  cp -R "$root/packaging/agent/." "$home"
  mkdir "$home/lib"
  "$JAVA_HOME/bin/java" -cp "$root/agent/target/lib/*" "$root/packaging/Slim.java" "$root/agent/target/lib" "$home/lib"
  cp "$root/agent/src/main/resources/com/iottly/agent/agent.conf" "$home/system/"
  printf '%s\n' "$version" >"$home/version"
  if [ -n "$release_key" ]; then
    openssl pkey -pubin -in "$release_key" -pubout -out "$home/release.pub"
  elif [ -n "$sign_key" ]; then
    openssl pkey -in "$sign_key" -pubout -out "$home/release.pub"
  fi
  chmod -R u=rwX,go=rX "$home"
  find "$home" -exec touch -h -d '2026-01-01T00:00:00Z' {} +
}

# The agent provisions itself at a platform of ours, connects over TLS, sends telemetry, and stops: what it
# loads and links on the way is what the cache has ready.
package_train() (
  set -e
  local data="$work/training" answer project key port server='' agent=''
  mkdir -p "$data"
  trap 'for pid in $agent $server; do kill "$pid" && wait "$pid" || true; done' EXIT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$data/key.pem" -out "$data/certificate.pem"
  printf '[server]\ndata = "%s"\nhost = "127.0.0.1"\nport = 0\n[tls]\ncertificate = "%s"\nkey = "%s"\n' \
    "$data/data" "$data/certificate.pem" "$data/key.pem" >"$data/server.toml"
  (run_in_place=yes; server_main server --config "$data/server.toml") >"$data/server.log" 2>&1 &
  server=$!
  package_await "$server" grep -q 'Iottly is ready' "$data/server.log"
  port=$(sed -n 's/.*Iottly is ready.* port="\([0-9]*\)".*/\1/p' "$data/server.log")
  answer=$(server_main admin --data "$data/data" project create Training --json | tr -d '\n')
  project=$(printf '%s' "$answer" | member id)
  key=$(server_main admin --data "$data/data" key create "$project" --description Training --json | tr -d '\n' | member secret)
  export IOTTLY_CONFIG="$data/agent.conf" IOTTLY_AGENT_LOG_FILE="$data/agent.log" IOTTLY_AGENT_RUN_DIR="$data/run" \
    IOTTLY_SPOOL_DIR="$data/spool" IOTTLY_SECURITY_CA_BUNDLE="$data/certificate.pem" IOTTLY_TELEMETRY_INTERVAL=1 \
    IOTTLY_AGENT_LOG_LEVEL=debug NOTIFY_SOCKET="$data/nobody"
  IOTTLY_API_KEY=$key "$home/bin/iottly-agent" provision --url "https://127.0.0.1:$port" --project "$project" \
    --name training --mac 02:00:00:00:00:01
  "$home/runtime/bin/java" "@$home/bin/jvm-flags" "-Diottly.home=$home" -XX:AOTCacheOutput="$home/iottly-agent.aot" \
    -jar "$home"/lib/agent-*.jar start >"$data/agent.out" 2>&1 &
  agent=$!
  package_await "$agent" grep -q 'connected to' "$data/agent.log"
  package_await "$agent" sh -c "'$home/bin/iottly-agent' status --json | grep -q '\"last_ack\"'"
  "$home/bin/iottly-agent" send '{"training":true}'
  kill -HUP "$agent"
  package_await "$agent" grep -q 'configuration read again' "$data/agent.log"
  package_await "$agent" grep -q 'that the start needed' "$data/agent.log"
  kill -TERM "$agent"
  wait "$agent" || true
  agent=''
  [ -s "$home/iottly-agent.aot" ] || { cat "$data/agent.out"; false; }
  touch -d '2026-01-01T00:00:00Z' "$home/iottly-agent.aot"
)

# package_await PID COMMAND…: until the command succeeds; fails when the process is gone or half a minute is over.
package_await() {
  local pid=$1 tries=0
  shift
  until "$@" 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null && [ $((tries += 1)) -le 300 ] || { echo "waited in vain for: $*"; return 1; }
    sleep 0.1
  done
}

package_tar() { tar --owner=0 --group=0 --numeric-owner --sort=name -C "$1" -c "$2"; }

# With the filter for x86 the libraries get a tenth smaller.
package_tarball() {
  local filter=''
  [ "$arch" != amd64 ] || filter=--x86
  package_tar "$work" iottly.com-agent | xz $filter --lzma2=preset=$preset >"$out/iottly-agent-$version-$arch.tar.xz"
}

# By dpkg-deb and not by a plugin of the build: the modes are those of the file system, and nothing new is needed.
package_deb() {
  local deb="$work/deb" place="$work/deb/opt/iottly/versions/$version" script
  mkdir -p "$place" "$deb/opt/iottly/bin" "$deb/lib/systemd/system" "$deb/DEBIAN" "$deb/usr/share/doc/iottly-agent"
  cp -a "$home/." "$place"
  cp -a "$home/system/iottly-agent" "$deb/opt/iottly/bin/"
  cp -a "$home"/system/*.service "$home"/system/*.path "$deb/lib/systemd/system/"
  cp "$root/LICENSE" "$deb/usr/share/doc/iottly-agent/copyright"
  cat >"$deb/DEBIAN/control" <<EOT
Package: iottly-agent
Version: $version
Architecture: $arch
Maintainer: Iottly <iottly-support@tomorrowdata.io>
Installed-Size: $(du -sk "$deb" | cut -f1)
Depends: libc6 (>= 2.28), passwd, util-linux, tar, xz-utils
Section: net
Priority: optional
Homepage: https://iottly.com
Description: connects this machine to an Iottly platform
 The agent keeps one connection to the platform, keeps messages on disk until
 the platform has them, reports the machine's state, and runs commands. It
 brings its own Java runtime.
EOT
  for script in postinst prerm postrm; do
    { printf '#!/bin/sh\nset -e\nversion=%s\n' "$version"; sed 1d "$home/system/steps.sh"
      cat "$root/packaging/deb/$script"; } >"$deb/DEBIAN/$script"
    chmod 755 "$deb/DEBIAN/$script"
  done
  (cd "$deb" && find opt lib usr -type f -print0 | sort -z | xargs -0 md5sum) >"$deb/DEBIAN/md5sums"
  dpkg-deb --root-owner-group -Zxz -z"${preset%e}" --build "$deb" "$out/iottly-agent_${version}_$arch.deb"
}

package_cli() {
  local client="$work/iottly-cli"
  mkdir -p "$client"
  cp -R "$root/packaging/cli/bin" "$root/cli/target/lib" "$root/LICENSE" "$client"
  find "$client" -exec touch -h -d '2026-01-01T00:00:00Z' {} +
  package_tar "$work" iottly-cli | gzip -9n >"$out/iottly-cli.tar.gz"
}

package_rest() {
  cp "$root/agent/target/iottly-agent.tar.gz" "$root/packaging/install.sh" "$out/"
  (cd "$out" && sha256sum -- *.deb *.tar.xz *.tar.gz 2>/dev/null >SHA256SUMS.new; mv SHA256SUMS.new SHA256SUMS)
}

package_manifest() {
  local file="iottly-agent-$version-$arch.tar.xz" manifest="$out/manifest-$arch.json"
  printf '{"version":"%s","arch":"%s","minimum_version":"%s","file":"%s","size":%s,"sha256":"%s"}\n' "$version" "$arch" \
    "$minimum" "$file" "$(stat -c %s "$out/$file")" "$(sha256sum "$out/$file" | cut -d' ' -f1)" >"$work/manifest"
  openssl pkeyutl -sign -rawin -inkey "$sign_key" -in "$work/manifest" | base64 -w 0 >"$manifest.sig"
  mv "$work/manifest" "$manifest"
}

package_sizes() {
  echo "In $out:" >&2
  (cd "$out" && du -h --apparent-size -- * | sed 's/^/  /') >&2
  echo "On a device: runtime $(du -sm "$home/runtime" | cut -f1) MiB, AOT cache $(du -sm "$home/iottly-agent.aot" | cut -f1) MiB," \
    "agent $(du -sm "$home/lib" | cut -f1) MiB" >&2
}
