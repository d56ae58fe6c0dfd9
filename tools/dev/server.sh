# shellcheck shell=bash
# A server started by these scripts: waits until it serves, asks it, stops it by its process id.

# wait_for_server LOG PID FIELD: prints FIELD (http or rtmp) of the line in which the server says
# what it bound. Fails when the process ends first; a sanitized build may take its time.
wait_for_server() {
    local log=$1 pid=$2 field=$3 tries
    for ((tries = 0; tries < 300; tries++)); do
        if grep -q '"server.started"' "$log" 2>/dev/null; then
            grep -m1 '"server.started"' "$log" | jq -r ".$field"
            return 0
        fi
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

# stop_processes PID...: asks, waits up to 8 s, then insists.
stop_processes() {
    local pid tries
    for pid in "$@"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for ((tries = 0; tries < 80; tries++)); do
        local alive=''
        for pid in "$@"; do
            ! kill -0 "$pid" 2>/dev/null || alive=1
        done
        [[ -n $alive ]] || return 0
        sleep 0.1
    done
    for pid in "$@"; do
        kill -KILL "$pid" 2>/dev/null || true
    done
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A server with one channel, its metrics asked for once and read by Prometheus' own checker.
check_metrics() {
    local data server http
    data=$(mktemp -d build/metrics.XXXXXX)
    "$SHOPCAST_BIN" serve --data "$data" --http 127.0.0.1:0 --rtmp 127.0.0.1:0 2>"$data/log" &
    server=$!
    # shellcheck disable=SC2064  # the values of now
    trap "stop_processes $server; rm -rf '$data'" RETURN
    http=$(wait_for_server "$data/log" "$server" http) || { cat "$data/log"; return 1; }
    "$SHOPCAST_BIN" channel create metrics-check --data "$data" >/dev/null || return 1
    curl -fsS "http://$http/metrics" >"$data/metrics" || return 1
    printf '%s lines of metrics\n' "$(wc -l <"$data/metrics")"
    build/tools/prometheus/usr/bin/promtool check metrics <"$data/metrics"
}
