#!/usr/bin/env bash
# What ./dev demo shows: a server of its own on a free port, with accounts, real
# reports, and the live list of the nearest needs while some are posted, changed
# and helped, one of them by two at once, of whom one may know where the family
# lives. It cleans up however it ends.
set -euo pipefail
bin=$1
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Union Square in New York: the shipped sample is of that city.
readonly here=(--lat 40.7359 --lng -73.9911)
readonly seconds=16

data=$(mktemp -d)
server=
watcher=
clean_up() {
  local pid
  for pid in $watcher $server; do
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$data"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
xom() { "$bin/xom" --server "127.0.0.1:$port" "$@"; }
as() { xom --token_file "$data/$1.token" "${@:2}"; }
family() { xom --access_code "$code" "$@"; }
promise() { as "$1" claim make demo-family --offer "$1" >"$data/$1" 2>&1; }

say 'A server with an empty store, on this machine only'
mkfifo "$data/ready"
"$bin/xomd" --data_dir "$data/store" --auth accounts --listen 127.0.0.1:0 \
  --log silent >"$data/ready" &
server=$!
read -r line <"$data/ready"
port=${line##* }
echo "$line"
# Who can read the key of the issuer is the operator.
xom admin token --issuer_key "$data/store.issuer.pem" >"$data/operator.token"

say 'Real reports: calls to 311 of New York on one day of 2018'
as operator import needs samples/nyc_311.csv --id_column id \
  --category_column xom_category --situation_column category --language en

say 'Two neighbours offer to bring food and what people lack'
for helper in linh tuan; do
  as operator --json admin user add "$helper" >"$data/out"
  as operator admin user token "$helper" >"$data/$helper.token"
  as "$helper" --json offer create --id "$helper" --display_name "$helper" \
    --category groceries --category necessities "${here[@]}" >"$data/out"
  echo "offers/$helper"
done

say "What a volunteer at Union Square sees, live for $seconds seconds:"
echo '(a family asks for rice; another needs insulin and gets it; the rice becomes'
echo ' urgent, is promised, and leaves the list)'
xom watch needs "${here[@]}" --k 8 --for "$seconds" &
watcher=$!
# To watch at leisure; nothing depends on these pauses.
sleep 3
xom --json need create --lat 40.7361 --lng -73.9905 --category groceries \
  --line '10 kg rice' --adults 2 --children 3 --id demo-family \
  --address 'Irving Place 61, the blue door' --phone +12125550142 \
  --situation 'Five of us, nothing left for tomorrow' >"$data/out"
code=$(sed -n 's/.*"accessCode":"\([^"]*\)".*/\1/p' "$data/out")
sleep 3
xom --json need create --lat 40.7412 --lng -73.9896 --category medical-advice \
  --situation 'Insulin runs out tonight' --urgency critical \
  --id demo-insulin >"$data/insulin"
sleep 3
family --json need update demo-family --urgency high >"$data/out"
sleep 3
xom --access_code "$(sed -n 's/.*"accessCode":"\([^"]*\)".*/\1/p' \
  "$data/insulin")" --json need close demo-insulin >"$data/out"
promise linh & linh=$!
promise tuan & tuan=$!
winner=tuan loser=linh
if wait "$linh"; then winner=linh loser=tuan; fi
wait "$tuan" || true
wait "$watcher"
watcher=

say "Both went for the rice in the same moment; $winner got it:"
cat "$data/$winner"
say "$loser is told where else to help:"
cat "$data/$loser"
claim=$(sed -n 's/^name: //p' "$data/$winner")
say "Only $winner may know where the family lives:"
as "$winner" claim reveal "$claim"
say "$loser asks too:"
as "$loser" claim reveal "$claim" 2>&1 || true
say "The family, without an account, by its code $code, sees who looked:"
family need reveals demo-family
say "$winner brings it, the family confirms, and the need is closed"
as "$winner" --json claim deliver "$claim" >"$data/out"
family claim confirm "$claim" --outcome received
xom need get demo-family | grep -E '^(name|state|coverage):'

say 'Stopping the server'
kill -TERM "$server"
wait "$server"
server=
say 'To try next:'
cat <<'END'
  ./dev run                                   # a server of your own, to stay
  build/release/bin/xom need create --lat 10.7769 --lng 106.7009 --category groceries --line '10 kg rice'
  build/release/bin/xom watch needs --lat 10.7769 --lng 106.7009
END
