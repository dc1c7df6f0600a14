#!/usr/bin/env bash
# What other grants feel while passwords flood in: one core for the server, one for the load.
#
#   bench/flood.sh          measures; exit code 1 where a gate is missed
#   bench/flood.sh leave    lets the flood's clients leave after 50 ms, and looks at the pool
#
# Environment: SPAN, seconds of each measurement (15); FLOOD, connections of the flood (64);
# CLIENTS, connections of the measured grant (8); THREADS, hashing threads (1).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SPAN=${SPAN:-15} FLOOD=${FLOOD:-64} CLIENTS=${CLIENTS:-8} THREADS=${THREADS:-1}
# MiB that a hashing thread holds.
HELD=19

main() {
    demand taskset util-linux
    demand curl curl
    demand wrk wrk
    (($(nproc) >= 2)) || die "two cores are needed: one for the server, one for the load"
    cargo build --release --quiet --package bench
    work=$(mktemp -d)
    trap stop EXIT
    start
    echo "$(date -u +%FT%TZ), $(nproc) cores of $(grep -m1 'model name' /proc/cpuinfo |
        cut -d: -f2-), load $(cut -d' ' -f1 /proc/loadavg)"
    echo "server on core 0, $THREADS hashing thread(s); load on core 1; $CLIENTS clients," \
        "$FLOOD connections of the flood, $SPAN s each"
    missed=0
    local before
    before=$(work)
    case "${1:-}" in
    "") measure ;;
    leave) leave ;;
    *) die "it is flood.sh or flood.sh leave" ;;
    esac
    awk -v before="$before" -v after="$(work)" 'BEGIN {
        split(before, b); split(after, a)
        all = (a[1] - b[1]) / 100
        printf "the machine beside it: others took %d %% of its cores, its host %d %%\n",
            (a[2] - b[2]) / all, (a[3] - b[3]) / all }'
    exit "$missed"
}

demand() {
    command -v "$1" >/dev/null || die "$1 is missing: apt-get install -y $2"
}

die() {
    echo "flood.sh: $1" >&2
    exit 2
}

# Starts the server, and reads where it listens.
start() {
    taskset -c 0 "${CARGO_TARGET_DIR:-target}/release/flood-server" --threads "$THREADS" \
        >"$work/server" &
    server=$!
    until grep -q '^listening' "$work/server"; do
        kill -0 "$server" || die "the server did not start"
        sleep 0.1
    done
    url=$(sed -n 's/^url //p' "$work/server")
    address=${url#http://} address=${address%%/*}
    export TARGET_PATH=${url#http://"$address"} TOKENS=$work/tokens
    SECRET=$(sed -n 's/^secret //p' "$work/server")
    export SECRET
}

stop() {
    kill "$server" 2>/dev/null || true
    rm -rf "$work"
}

measure() {
    # The base is taken with as many connections as there will be, since each has its buffers.
    load client_credentials 2 "$((CLIENTS + FLOOD))" >/dev/null
    local base
    base=$(peak)
    load client_credentials "$SPAN" >"$work/client_credentials.idle"
    sign_in 32
    load refresh_token "$SPAN" >"$work/refresh_token.idle"
    for grant in client_credentials refresh_token; do
        flood "$((SPAN + 2))" >"$work/flood" &
        local flood=$!
        sleep 1
        load "$grant" "$SPAN" >"$work/$grant.flood"
        wait "$flood"
        sed "s/^/passwords beside $grant: /" "$work/flood"
    done
    awk -v peak="$(peak)" -v base="$base" -v threads="$THREADS" -v held="$HELD" 'BEGIN {
        printf "peak memory: %.1f MiB; bound: %.1f MiB and %d thread(s) of %d MiB are %.1f MiB\n",
            peak, base, threads, held, base + threads * held }'
    compare client_credentials || missed=1
    compare refresh_token || missed=1
}

# A grant for some seconds, by as many connections: p50, p99, rate, failures.
load() {
    GRANT=$1 taskset -c 1 wrk -t1 -c"${3:-$CLIENTS}" -d"$2" -s bench/lua/grant.lua "$url" |
        sed -n 's/^result //p'
}

flood() {
    taskset -c 1 wrk -t1 -c"$FLOOD" -d"$1" --timeout 10s -s bench/lua/flood.lua "$url" |
        sed -n 's/^answers //p'
}

# As many grants with refresh tokens, each of another user.
sign_in() {
    for ((n = 0; n < $1; n++)); do
        curl -sS "$url" -d grant_type=password -d client_id=backend -d "client_secret=$SECRET" \
            -d "username=user-$n" -d password=wonderland |
            sed -n 's/.*"refresh_token":"\([^"]*\)".*/\1\n/p'
    done >"$TOKENS"
    (($(wc -l <"$TOKENS") == $1)) || die "not every sign-in brought a refresh token"
}

# The server's peak of resident memory, in MiB.
peak() {
    awk '/^VmHWM/ { printf "%.1f\n", $2 / 1024 }' "/proc/$server/status"
}

# Prints one grant; fails where a gate is missed.
compare() {
    cat "$work/$1.idle" "$work/$1.flood" | awk -v grant="$1" '
        { p50[NR] = $1; p99[NR] = $2; rate[NR] = $3; bad[NR] = $4 }
        END {
            printf "%s\n", grant
            printf "  idle          p50 %8.3f ms  p99 %8.3f ms  %7d/s  failed %d\n",
                p50[1], p99[1], rate[1], bad[1]
            printf "  under flood   p50 %8.3f ms  p99 %8.3f ms  %7d/s  failed %d\n",
                p50[2], p99[2], rate[2], bad[2]
            ratio = p50[2] / p50[1]; kept = 100 * rate[2] / rate[1]
            printf "  p50 %.2f times (gate 2, aim 1.3), p99 %.1f ms (gate 10, aim 5), ", ratio, p99[2]
            printf "throughput kept %d %% (gate 20, aim 60)\n", kept
            exit ratio > 2 || p99[2] > 10 || kept < 20 || bad[1] + bad[2] > 0
        }'
}

# Clients that leave: how many threads hash at most, and what the pool does afterwards.
leave() {
    watch_threads >"$work/threads" &
    local watcher=$!
    taskset -c 1 "${CARGO_TARGET_DIR:-target}/release/leavers" "$address" \
        --connections "$FLOOD" --seconds "$SPAN" --patience 50
    kill "$watcher"
    local most
    most=$(sort -n "$work/threads" | tail -1)
    echo "hashing threads: $most at most; the pool has $THREADS; peak memory $(peak) MiB"
    ((most == THREADS)) || die "the pool has another size"
    local before work_left
    before=$(cpu)
    sleep 2
    work_left=$(($(cpu) - before))
    echo "in the two seconds after it the server worked for $work_left ms"
    ((work_left < 100)) || die "the queue is not empty"
}

# How many threads of the server hash passwords, ten times a second.
watch_threads() {
    while sleep 0.1; do
        cat "/proc/$server/task/"*/comm | grep -c '^password-' || true
    done
}

# Ticks of all cores: all, of others than the server and the load, and stolen by the host.
work() {
    cat /proc/stat "/proc/$server/stat" "/proc/$$/stat" | awk '
        $1 == "cpu" {
            for (n = 2; n <= 9; n++) all += $n
            busy = all - $5 - $6 - $9; stolen = $9
        }
        $1 !~ /[a-z]/ { ours += $14 + $15 + $16 + $17 }
        END { print all, busy - ours, stolen }'
}

# What the server has worked, in ms.
cpu() {
    awk -v hz="$(getconf CLK_TCK)" '{ printf "%d\n", ($14 + $15) * 1000 / hz }' "/proc/$server/stat"
}

main "$@"
