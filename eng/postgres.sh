#!/usr/bin/env bash
# A throw-away PostgreSQL server for the tests: its own data folder and unix socket, no port, gone at the end.
#
#   eng/postgres.sh            starts it, prints a connection string, and stops it when its input ends, so that it never
#                              outlives whoever started it. Each line of input is a command: "restart fast",
#                              "restart immediate", "stop immediate" or "start"; each is answered by a line "ok".
#   eng/postgres.sh install    only makes sure that PostgreSQL's programs are there.
#
# Where WEBHOOKS_TEST_POSTGRES holds a connection string, that server is used and none is started.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

oldest=15

if [[ -n ${WEBHOOKS_TEST_POSTGRES:-} ]]; then
  [[ ${1:-} != install ]] || exit 0
  echo "$WEBHOOKS_TEST_POSTGRES"
  while read -r _; do fail "The server of WEBHOOKS_TEST_POSTGRES is not this script's to command."; done
  exit 0
fi

# find_programs: the folder of the newest installation that is new enough. Debian keeps the server's programs off the path.
find_programs() {
  local folder version best=0
  for folder in /usr/lib/postgresql/*/bin "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")"; do
    [[ -x $folder/initdb && -x $folder/pg_ctl ]] || continue
    version=$("$folder/pg_ctl" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [[ $version -ge $oldest && $version -gt $best ]]; then
      best=$version programs=$folder
    fi
  done
  [[ $best -gt 0 ]]
}

if ! find_programs; then
  need "PostgreSQL $oldest" postgresql
  find_programs || fail "PostgreSQL $oldest or newer is missing: the package postgresql has an older one."
fi
[[ ${1:-} != install ]] || exit 0

# The server refuses to run as root.
as=()
if [[ $(id -u) -eq 0 ]]; then
  as=(setpriv --reuid postgres --regid postgres --init-groups)
fi

template=$PWD/artifacts/postgres/$("$programs/initdb" --version | tr -dc '0-9.')-$(cksum <eng/postgres.sh | cut -d ' ' -f 1)
folder=$("${as[@]}" mktemp -d "${TMPDIR:-/tmp}/webhooks-postgres.XXXXXX")
cd "$folder"

# control ACTION…: pg_ctl without our output, which a server that lives on would keep open.
control() {
  "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 "$@" >"$folder/control.log" 2>&1 </dev/null ||
    { cat "$folder/control.log" "$folder/log" >&2; return 1; }
}

clean_up() {
  trap - EXIT
  control stop -m immediate 2>/dev/null || true
  cd /
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 143' TERM INT HUP

# To make a data folder takes seconds, to copy one a moment: the first server leaves its own for those that come after it.
if [[ -d $template ]]; then
  cp -r --preserve=mode "$template" "$folder/data"
  [[ $(id -u) -ne 0 ]] || chown -R postgres: "$folder/data"
else
  "${as[@]}" "$programs/initdb" -D "$folder/data" --no-sync -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$folder/init.log" 2>&1 ||
    { cat "$folder/init.log" >&2; exit 1; }
  # Whole or not at all, whoever else does the same at this time.
  { mkdir -p "$(dirname "$template")" && cp -r --preserve=mode "$folder/data" "$template.$$" && mv -T "$template.$$" "$template"; } 2>/dev/null ||
    rm -rf "$template.$$"
fi
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
# The tests end processes, never the machine: what was written is there without waiting for the disk.
fsync = off
# Tests find statements that wait by their text, and by the name of their schema in it.
track_activity_query_size = 32768
CONF

control start
echo "Host=$folder;Username=postgres;Database=postgres"

while read -r action mode; do
  case $action in
    start) control start ;;
    stop | restart) control "$action" -m "$mode" ;;
    *) fail "Unknown command '$action'." ;;
  esac
  echo ok
done
