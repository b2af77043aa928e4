#!/bin/sh
# Installs the Iottly agent from a platform, makes the machine a device and starts it. Served by the platform, so:
#   curl -fsSL https://PLATFORM/agent/install.sh | sudo sh -s -- --pair-code CODE
set -eu

usage() {
  cat <<'EOT'
Installs the Iottly agent, makes this machine a device and starts it. Needs root, and curl or wget.

  --pair-code CODE    the one-time code of the dashboard's Add device; without it the agent is installed only
  --url URL           the platform (default: the one this script came from)
  --ca FILE           a PEM file with the platform's own certificate authority
  --tarball           from the tarball, even where .deb packages are at home
  --no-start          don't start it
  -h, --help

HTTPS_PROXY, HTTP_PROXY and NO_PROXY are used, and kept for the service in /etc/default/iottly-agent.
To run it again does no harm: what is done already stays as it is.
EOT
}

say() { echo "iottly: $*"; }
fail() { echo "iottly: $*" >&2; exit 1; }

fetch() {
  say "getting $2"
  if command -v curl >/dev/null 2>&1; then
    curl -fsSL ${ca:+--cacert "$ca"} -o "$1" "$2" || fail "$2 can't be had; is the address right, and is a proxy needed (HTTPS_PROXY)?"
  elif command -v wget >/dev/null 2>&1; then
    wget -q ${ca:+--ca-certificate="$ca"} -O "$1" "$2" || fail "$2 can't be had; is the address right, and is a proxy needed (HTTPS_PROXY)?"
  else
    fail "neither curl nor wget is here; install one of them."
  fi
}

# choose PATTERN: the newest listed file of that form.
choose() { sed -n "s/^[0-9a-f]\\{64\\}  \\($1\\)\$/\\1/p" "$work/SHA256SUMS" | sort -V | tail -n 1; }

download() {
  fetch "$work/SHA256SUMS" "$url/agent/SHA256SUMS"
  file=''
  if [ "$tarball" = no ] && command -v dpkg >/dev/null 2>&1; then
    file=$(choose "iottly-agent_[0-9.]*_$arch\\.deb")
  fi
  [ -n "$file" ] || file=$(choose "iottly-agent-[0-9.]*-$arch\\.tar\\.xz")
  [ -n "$file" ] || fail "$url has no agent for $arch."
  fetch "$work/$file" "$url/agent/$file"
  (cd "$work" && grep "  $file\$" SHA256SUMS | sha256sum -c - >/dev/null 2>&1) \
    || fail "$file is damaged: its checksum is not the one in SHA256SUMS. Nothing was installed; try again."
}

install_deb() {
  version=${file#*_} version=${version%%_*}
  if [ "$(dpkg-query -W -f '${Status} ${Version}' iottly-agent 2>/dev/null)" = "install ok installed $version" ]; then
    say "version $version is installed already"
    return
  fi
  if ! DEBIAN_FRONTEND=noninteractive dpkg -i "$work/$file" >"$work/dpkg.log" 2>&1; then
    say "getting the packages it depends on"
    DEBIAN_FRONTEND=noninteractive apt-get install -qy -f >>"$work/dpkg.log" 2>&1 \
      || { cat "$work/dpkg.log" >&2; fail "dpkg could not install $file"; }
  fi
  say "installed $file"
}

install_tarball() {
  version=${file#iottly-agent-} version=${version%-"$arch".tar.xz}
  command -v xz >/dev/null 2>&1 || fail "xz is missing, and the agent is packed with it; install it (often the package xz-utils or xz)."
  if [ "$(readlink /opt/iottly/current 2>/dev/null)" = "versions/$version" ]; then
    say "version $version is installed already"
    . "/opt/iottly/versions/$version/system/steps.sh"
    return
  fi
  mkdir -p /opt/iottly/versions /opt/iottly/bin
  rm -rf "/opt/iottly/versions/.new"
  mkdir "/opt/iottly/versions/.new"
  tar -xJf "$work/$file" -C /opt/iottly/versions/.new --no-same-owner
  rm -rf "/opt/iottly/versions/$version"
  mv "/opt/iottly/versions/.new/iottly.com-agent" "/opt/iottly/versions/$version"
  rmdir /opt/iottly/versions/.new
  . "/opt/iottly/versions/$version/system/steps.sh"
  [ ! -L "$opt/current" ] || stop_agent
  add_user
  cp "$opt/versions/$version/system/iottly-agent" "$opt/bin/iottly-agent"
  make_places "$version"
  use_version "$version"
  if has_systemd; then
    cp "$opt/versions/$version"/system/*.service "$opt/versions/$version"/system/*.path /etc/systemd/system/
  fi
  say "installed version $version below /opt/iottly"
}

# systemd makes it at the first boot; the platform tells machines with one MAC address apart by it.
ensure_machine_id() {
  [ ! -s /etc/machine-id ] || return 0
  tr -d '-' </proc/sys/kernel/random/uuid >/etc/machine-id
  say "made /etc/machine-id, which this machine had none of"
}

keep_proxy() {
  kept=/etc/default/iottly-agent
  [ ! -e "$kept" ] || return 0
  for variable in HTTPS_PROXY HTTP_PROXY NO_PROXY https_proxy http_proxy no_proxy; do
    eval "value=\${$variable:-}"
    [ -z "$value" ] || (umask 077 && mkdir -p /etc/default && printf '%s="%s"\n' "$variable" "$value" >>"$kept")
  done
  [ ! -e "$kept" ] || say "the proxy settings are kept in $kept"
}

trust() {
  [ -n "$ca" ] || return 0
  install -m 0644 "$ca" /etc/iottly/ca.pem
  sed -i 's#^ca_bundle *=.*#ca_bundle = /etc/iottly/ca.pem#' /etc/iottly/agent.conf
  say "the agent trusts the certificates of /etc/iottly/ca.pem"
}

provision() {
  if is_provisioned; then
    say "this machine is a device already; to register it anew: /opt/iottly/bin/iottly-agent provision --help"
  elif [ -n "$pair_code" ]; then
    /opt/iottly/bin/iottly-agent provision --url "$url" --pair-code "$pair_code" \
      || fail "the agent is installed, but this machine could not be registered; get another code and run this again."
  else
    say "next: /opt/iottly/bin/iottly-agent provision --url $url --pair-code CODE"
    start=no
  fi
}

start_agent() {
  [ "$start" = yes ] || return 0
  if has_systemd; then
    start_units
    say "the service iottly-agent runs and starts at boot; see: systemctl status iottly-agent"
  elif /opt/iottly/bin/iottly-agent status >/dev/null 2>&1; then
    say "the agent runs already"
  else
    start_detached
    say "the agent runs; there is no systemd here, so have the machine run '/opt/iottly/bin/iottly-agent start' as root at boot"
  fi
}

main() {
  url=@PLATFORM_URL@ pair_code='' ca='' tarball=no start=yes
  while [ $# -gt 0 ]; do
    case "$1" in
      --pair-code | --url | --ca)
        [ $# -gt 1 ] || fail "$1 needs a value; see --help"
        case "$1" in
          --pair-code) pair_code=$2 ;;
          --url) url=${2%/} ;;
          --ca) ca=$2 ;;
        esac
        shift 2 ;;
      --tarball) tarball=yes; shift ;;
      --no-start) start=no; shift ;;
      -h | --help) usage; return ;;
      *) fail "there is no option $1; see --help" ;;
    esac
  done
  case "$url" in http://* | https://*) ;; *) fail "give the platform: --url https://HOST" ;; esac
  [ "$(id -u)" = 0 ] || fail "this needs root: put sudo before sh"
  [ -z "$ca" ] || [ -r "$ca" ] || fail "--ca: $ca can't be read"
  case "$(uname -m)" in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no agent with its own runtime for $(uname -m); with Java 25: $url/agent/iottly-agent.tar.gz" ;;
  esac
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  download
  case "$file" in
    *.deb) install_deb; . /opt/iottly/current/system/steps.sh ;;
    *) install_tarball ;;
  esac
  ensure_machine_id
  keep_proxy
  trust
  provision
  start_agent
  say "done"
}

main "$@"
