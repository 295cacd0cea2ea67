#!/usr/bin/env bash
# with-postgres.sh COMMAND…: runs the command with HOMETOWN_TEST_POSTGRES, the URL of a Postgres cluster that lives only
# as long as the command.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: with-postgres.sh COMMAND…" >&2; exit 2; }

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "with-postgres: no Postgres found, run scripts/tools.sh" >&2; exit 1; }

# Not below TMPDIR: the path of a unix socket is short, and user postgres must be able to reach it.
folder=$(mktemp -d /tmp/hometown-postgres.XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then # Postgres refuses to run as root
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
postgres() { (cd "$folder" && "${as[@]}" "$bin/$1" "${@:2}"); }

# pg_ctl finds the process by the pid file of this cluster.
finish() {
    if [ -f "$folder/data/postmaster.pid" ]; then
        postgres pg_ctl -D "$folder/data" -m immediate -s stop || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo $port
}

postgres initdb -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; exit 1; }

for attempt in 1 2 3; do # another process may take the port in between
    port=$(free_port)
    cat >>"$folder/data/postgresql.conf" <<END
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 200
END
    # Tests throw the cluster away anyway; a benchmark wants what a deployment has (DURABLE=1).
    if [ -z "${DURABLE:-}" ]; then
        printf '%s = off\n' fsync synchronous_commit full_page_writes >>"$folder/data/postgresql.conf"
    fi
    if postgres pg_ctl -D "$folder/data" -l "$folder/data/server.log" -s -w -t 60 start; then
        export HOMETOWN_TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres
        break
    fi
    [ "$attempt" -lt 3 ] || { cat "$folder/data/server.log" >&2; exit 1; }
done

"$@"
