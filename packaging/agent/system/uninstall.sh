#!/bin/sh
# Removes an installed agent: uninstall.sh SPOOL LOG_FILE CONFIG, where those are.
set -eu
. "$(dirname "$0")/steps.sh"
[ "$(id -u)" = 0 ] || { echo "iottly-agent: this needs root" >&2; exit 1; }
stop_agent
# What lies elsewhere by configuration, if it is the agent's.
! ls "$1"/*/epoch >/dev/null 2>&1 || rm -rf "$1"
rm -f "$2" "$2".[0-9]*
rm -f "$3" "${3%.conf}.pem"
if dpkg-query -W iottly-agent >/dev/null 2>&1; then
  dpkg --purge iottly-agent
else
  disable_units
  remove_program
  remove_data
fi
echo "The agent is removed."
