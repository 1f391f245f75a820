#!/usr/bin/env bash
# Runs every load that bench/results/load-600-targets.md reports and prints the tables. It takes about half an hour, in which the machine should
# do nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet build src/Stoker -c Release -v quiet
dotnet build bench/Stoker.LoadTest -c Release -v quiet
load=artifacts/bin/Stoker.LoadTest/release/Stoker.LoadTest

run() {
  printf '\n## %s\n\n' "$1"
  shift
  "$load" "$@"
}

run "600 targets for ten minutes" --targets 600 --interval 15s --duration 600s --sink count
for targets in 100 200 400 800; do
  run "$targets targets" --targets "$targets" --interval 15s --duration 105s --sink count
done
run "400 targets that answer, 100 that hang, 100 that refuse" --targets 400 --hang 100 --refuse 100 --interval 15s --duration 105s --sink count
run "10,000 targets come and go" --targets 600 --interval 15s --duration 60s --churn 10000 --sink count
run "One target" idle
