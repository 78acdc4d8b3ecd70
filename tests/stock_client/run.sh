#!/usr/bin/env bash
# Starts BIN_DIR/xomd on a free port with a store of its own, and calls each
# method with a stock client. Usage: run.sh BIN_DIR
set -euo pipefail
bin=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

data=$(mktemp -d)
server=
clean_up() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$data"
}
trap clean_up EXIT

npm ci --ignore-scripts --no-audit --no-fund --silent

mkfifo "$data/out"
"$bin/xomd" --data_dir "$data/store" --listen 127.0.0.1:0 --log silent \
  --issuer_key "$data/issuer.pem" \
  --phone_code_file "$data/codes" \
  >"$data/out" &
server=$!
exec 3<"$data/out"
port=
while read -r -t 60 -u 3 line; do
  if [[ $line =~ ^xomd\ listens\ on\ port\ ([0-9]+)$ ]]; then
    port=${BASH_REMATCH[1]}
    break
  fi
done
if [[ -z $port ]]; then
  echo 'xomd did not start' >&2
  exit 1
fi
node call_each_method.mjs ../../proto "127.0.0.1:$port" "$data/codes"
