# shellcheck shell=sh
# What installing and removing the agent consist of, for the .deb's scripts, install.sh and `iottly-agent uninstall`.
opt=/opt/iottly etc=/etc/iottly spool=/var/lib/iottly/spool logs=/var/log/iottly run=/run/iottly.com-agent
units='iottly-agent-update.path iottly-agent.service'

has_systemd() { [ -d /run/systemd/system ]; }

add_user() {
  id -u iottly >/dev/null 2>&1 || useradd --system --user-group --home-dir /nonexistent --no-create-home \
    --shell /usr/sbin/nologin --comment 'Iottly agent' iottly
}

# The folder is the agent's, since provisioning replaces the file in it.
make_places() {
  install -d -m 0755 "$opt" "$opt/bin" "$opt/versions" "$(dirname "$spool")"
  install -d -m 0750 -o iottly -g iottly "$etc" "$spool" "$logs"
  install -d -m 0755 -o iottly -g iottly "$run"
  [ -e "$etc/agent.conf" ] || install -m 0600 -o iottly -g iottly "$opt/versions/$1/system/agent.conf" "$etc/agent.conf"
}

# use_version VERSION: for good, without a trial.
use_version() {
  rm -f "$opt/next" "$opt/trial"
  ln -sfn "versions/$1" "$opt/current.new"
  mv -fT "$opt/current.new" "$opt/current"
}

is_provisioned() { grep -Eq '^[[:space:]]*token[[:space:]]*=[[:space:]]*[^[:space:]]{40,}' "$etc/agent.conf"; }

start_units() {
  has_systemd || return 0
  systemctl daemon-reload
  # shellcheck disable=SC2086
  systemctl enable --quiet $units
  systemctl start iottly-agent-update.path
  if is_provisioned; then
    systemctl restart iottly-agent.service
  elif [ -e "$etc/registersettings.json" ]; then
    # It becomes a device by itself, which may have to wait for the network.
    systemctl restart --no-block iottly-agent.service
  fi
}

stop_agent() {
  if has_systemd; then
    # shellcheck disable=SC2086
    systemctl stop $units iottly-agent-update.service 2>/dev/null || true
  fi
  pid=$("$opt/bin/iottly-agent" status --json 2>/dev/null | sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p') || true
  is_agent "$pid" || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  tries=0
  while is_agent "$pid" && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.2
  done
  ! is_agent "$pid" || kill -KILL "$pid" 2>/dev/null || true
}

# is_agent PID: who answers on the socket names a process, and may name none but the agent's user's. One that has
# ended and was not waited for has no program.
is_agent() { [ -n "$1" ] && [ -e "/proc/$1/exe" ] && [ "$(stat -c %U "/proc/$1" 2>/dev/null)" = iottly ]; }

start_detached() { (cd / && exec setsid "$opt/bin/iottly-agent" start </dev/null >/dev/null 2>&1) & }

# Without systemd nobody else starts the agent again after an upgrade.
stop_for_upgrade() {
  stop_agent
  has_systemd || [ -z "$pid" ] || : >"$opt/was-running"
}

start_after_upgrade() {
  [ -e "$opt/was-running" ] || return 0
  rm -f "$opt/was-running"
  start_detached
}

disable_units() {
  has_systemd || return 0
  # shellcheck disable=SC2086
  systemctl disable --quiet $units 2>/dev/null || true
}

# The folders may hold what is not the agent's, such as a platform's data: those stay.
remove_program() {
  rm -rf "$opt/versions" "$opt/current" "$opt/current.new" "$opt/next" "$opt/trial" "$opt/update" "$opt/was-running" "$opt/bin/iottly-agent" "$run"
  rm -f /etc/systemd/system/iottly-agent.service /etc/systemd/system/iottly-agent-update.*
  rmdir "$opt/bin" "$opt" 2>/dev/null || true
  ! has_systemd || systemctl daemon-reload
}

remove_data() {
  rm -rf "$spool" "$etc/agent.conf" "$etc/agent.conf.new" "$etc/agent.pem" "$etc/agent.pem.new" "$etc/ca.pem" "$etc/registersettings.json" /etc/default/iottly-agent
  rm -f "$logs"/agent.log "$logs"/agent.log.[0-9]*
  rmdir "$(dirname "$spool")" "$etc" "$logs" 2>/dev/null || true
  ! id -u iottly >/dev/null 2>&1 || userdel iottly
}
