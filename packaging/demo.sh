# shellcheck shell=bash
# The demo: a platform and an agent on this machine, each a process of its own. Sourced by ./iottly.

run_demo() {
  local port=8080 data="$root/.iottly-demo" server_pid='' agent_pid=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --port) port=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      --data) data=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
      -h | --help) demo_help; return ;;
      *) misused "demo knows --port N and --data DIR, not $1" ;;
    esac
  done
  is_number "$port" 65535 || misused "--port needs a number from 1 to 65535, not '$port'"
  [ -n "$data" ] || misused "--data needs a folder"
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "port $port is in use; stop what listens there, or choose another one with --port."
  fi
  build
  train
  umask 077
  mkdir -p "$data"
  data=$(cd "$data" && pwd)
  trap demo_stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  demo_start_server
  [ -f "$data/demo.env" ] || demo_create_project
  [ -f "$data/password" ] || demo_create_user
  demo_start_agent
  demo_write_env
  demo_greet
  wait -n "$server_pid" "$agent_pid" || true
  fail "one of the two processes ended by itself; see $data/server.log and $data/agent/agent.log"
}

demo_help() {
  cat <<'EOT'
./iottly demo [--port N] [--data DIR]

Starts the platform and one real agent on this machine, as two processes, and prints what to try. The platform
listens on 127.0.0.1 only. Ctrl-C stops both (exit code 130); the next start finds the same project, key, device
and messages.

  --port N      the platform's port (default 8080)
  --data DIR    where everything is kept (default ./.iottly-demo); DIR/demo.env has what scripts need
EOT
}

demo_start_server() {
  cat >"$data/server.toml" <<EOT
[server]
data = "$data/platform"
host = "127.0.0.1"
port = $port

[agent]
package = "$root/agent/target/iottly-agent.tar.gz"
packages = "$root/packaging/target/packages"
EOT
  : >"$data/server.log"
  echo "Starting the platform …" >&2
  (run_in_place=yes; server_main server --config "$data/server.toml") >>"$data/server.log" 2>&1 &
  server_pid=$!
  demo_wait "$server_pid" "the platform" "$data/server.log" grep -q 'Iottly is ready' "$data/server.log"
}

# demo_wait PID NAME LOG COMMAND…: until the command succeeds, or the process is gone, or half a minute is over.
demo_wait() {
  local pid=$1 name=$2 log=$3 tries=0
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null || [ $((tries += 1)) -gt 300 ]; then
      grep '^iottly' "$log" >&2 || tail -n 5 "$log" >&2
      fail "$name did not start; its log is $log"
    fi
    sleep 0.1
  done
}

demo_create_project() {
  local answer
  answer=$(server_main admin --data "$data/platform" project create Demo --json)
  project=$(printf '%s' "$answer" | tr -d '\n' | member id)
  answer=$(server_main admin --data "$data/platform" key create "$project" --description "Demo" --scope provision,read,command,manage,remote --json)
  key=$(printf '%s' "$answer" | tr -d '\n' | member secret)
  [ -n "$project" ] && [ -n "$key" ] || fail "the demo project could not be made: $answer"
  device=''
  demo_write_env
}

# An administrator, so that there is no set-up to go through; the link signs in without the password.
demo_create_user() {
  od -An -N15 -tx1 /dev/urandom | tr -d ' \n' >"$data/password.new"
  server_main admin --data "$data/platform" user create demo --administrator <"$data/password.new" >/dev/null \
    || fail "the demo's user could not be made"
  mv "$data/password.new" "$data/password"
}

demo_sign_in_link() {
  local path
  path=$(server_main admin --data "$data/platform" user link demo --json | tr -d '\n' | member path)
  [ -n "$path" ] || fail "the link that signs in could not be made"
  printf 'http://127.0.0.1:%s%s&to=/projects/%s' "$port" "$path" "$project"
}

demo_write_env() {
  if [ -z "${project:-}" ]; then
    # shellcheck disable=SC1091
    . "$data/demo.env"
    project=$IOTTLY_PROJECT_ID key=$IOTTLY_API_KEY device=${IOTTLY_DEVICE_ID:-}
  fi
  cat >"$data/demo.env" <<EOT
export IOTTLY_URL=http://127.0.0.1:$port
export IOTTLY_PROJECT_ID=$project
export IOTTLY_API_KEY=$key
export IOTTLY_DEVICE_ID=$device
EOT
}

demo_agent() {
  IOTTLY_CONNECTION_ENDPOINT="ws://127.0.0.1:$port/ws" IOTTLY_AGENT_LOG_FILE="$data/agent/agent.log" \
    IOTTLY_AGENT_RUN_DIR="$data/agent/run" IOTTLY_SPOOL_DIR="$data/agent/spool" \
    IOTTLY_REMOTE_SHELL=true IOTTLY_REMOTE_FILES=true IOTTLY_REMOTE_FILES_WRITE="$data/agent/files" \
    IOTTLY_REMOTE_LOG_FILES="$data/agent/files" IOTTLY_REMOTE_TUNNEL=true \
    IOTTLY_REMOTE_TUNNEL_TARGETS='127.0.0.1:*, localhost:*' \
    IOTTLY_TELEMETRY_INTERVAL=10 IOTTLY_CONFIG="$data/agent/agent.conf" agent_main "$@"
}

demo_start_agent() {
  demo_write_env
  mkdir -p "$data/agent/files"
  if [ -z "$device" ]; then
    echo "Provisioning the agent …" >&2
    IOTTLY_API_KEY=$key demo_agent provision --url "http://127.0.0.1:$port" --project "$project" --name demo-device \
      >"$data/agent/provision.log" 2>&1 || { cat "$data/agent/provision.log" >&2; fail "the agent could not be provisioned"; }
    device=$(grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' "$data/agent/provision.log" | head -n 1)
  fi
  echo "Starting the agent …" >&2
  (run_in_place=yes; demo_agent start) >"$data/agent/out.log" 2>&1 &
  agent_pid=$!
  demo_wait "$agent_pid" "the agent" "$data/agent/out.log" demo_is_connected
}

demo_is_connected() { demo_agent status --json 2>/dev/null | grep -q '"connected" *: *true'; }

demo_greet() {
  local link
  link=$(demo_sign_in_link)
  cat <<EOT

Iottly is running. Everything is in $data; Ctrl-C stops it.

Open the dashboard, signed in (this link is good once, for 10 minutes):

  $link

Later: sign in at http://127.0.0.1:$port as demo with the password in $data/password.

  URL      http://127.0.0.1:$port
  project  $project
  key      $key
  device   $device

Try it in another terminal:

  source $data/demo.env
  # the device, and what it sent last
  curl -s -H "Authentication: bearer \$IOTTLY_API_KEY" \$IOTTLY_URL/v1.0/project/\$IOTTLY_PROJECT_ID/devices/props
  curl -s -H "Authentication: bearer \$IOTTLY_API_KEY" "\$IOTTLY_URL/v1.0/project/\$IOTTLY_PROJECT_ID/messages/\$IOTTLY_DEVICE_ID?numMessages=3"
  # the same with the client, which has a --help
  ./iottly cli device list
  ./iottly cli messages demo-device --follow
  # a shell on it (as you, on this machine), its log, its files
  ./iottly cli shell demo-device
  ./iottly cli tail demo-device --follow
  ./iottly cli files put demo-device README.md $data/agent/files/README.md
  # send it a command and wait for the outcome
  curl -s -H "Authentication: bearer \$IOTTLY_API_KEY" -H "Content-Type: application/json" \\
    -d '{"cmd_type":"echo","values":{}}' "\$IOTTLY_URL/v1.0/project/\$IOTTLY_PROJECT_ID/device/\$IOTTLY_DEVICE_ID/command?wait=10"
EOT
}

demo_stop() {
  trap - EXIT INT TERM
  local pid
  for pid in $agent_pid $server_pid; do
    kill -TERM "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || true
  done
}
