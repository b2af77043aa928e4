#!/bin/sh
# Registers this machine as a device: ./configure.sh -c PAIR_CODE -rh HOST [--skip-human-check] [--config FILE]
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
code='' host='' ask=yes config=${IOTTLY_CONFIG:-/etc/iottly/agent.conf}
usage() {
  echo "usage: configure.sh -c PAIR_CODE -rh HOST [--skip-human-check] [--config FILE]" >&2
  exit 2
}
while [ $# -gt 0 ]; do
  case "$1" in
    -c) code=$2; shift 2 || usage ;;
    -rh) host=$2; shift 2 || usage ;;
    --config) config=$2; shift 2 || usage ;;
    --skip-human-check) ask=no; shift ;;
    *) echo "configure.sh: unknown option $1" >&2; usage ;;
  esac
done
[ -n "$code" ] && [ -n "$host" ] || usage
case "$host" in
  http://* | https://*) url=$host ;;
  *) url=https://$host ;;
esac
if [ "$ask" = yes ]; then
  printf 'Register this machine with %s and write %s? [y/N] ' "$url" "$config"
  read -r answer
  case "$answer" in y | Y | yes) ;; *) echo "Nothing was changed."; exit 1 ;; esac
fi
exec "$here/bin/iottly-agent" provision --url "$url" --pair-code "$code" --config "$config"
