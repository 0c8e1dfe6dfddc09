#!/usr/bin/env bash
# Installs what system parts are missing, builds everything once, runs every test, and sums up.
# Exits with 0 only if all was built and every test ran and passed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

# What the tests use beside the SDK: each command with its Debian package.
need git git
need node nodejs
need npm npm
eng/postgres.sh install

# Packages come over the network while the processors build.
(
  eng/npm.sh benchmarks/peers
  eng/npm.sh tests/Webhooks.Interop.Tests/receivers
  eng/npm.sh tests/Webhooks.Interop.Tests/validators
) &
installing=$!

# Here are many processes that live for seconds: what the runtime learns of them comes too late for them, and costs a third of
# their time. Nor do they need memory that is never both written and run.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0

solution=Webhooks.Core.sln
framework=net10.0
results=$PWD/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

echo "== Building"
dotnet restore "$solution" </dev/null
dotnet build "$solution" --no-restore -c Release -warnaserror </dev/null
wait "$installing"

# count FILE NAME: one of the numbers of a result file's <Counters … />; 0 if it is not there.
count() {
  local number
  number=$(grep -o '<Counters [^>]*' "$1" | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" | head -n 1) || true
  echo "${number:-0}"
}

passed=0 failed=0 skipped=0 problems=()
for project in tests/*/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  echo
  echo "== $name"
  status=0 start=$SECONDS
  dotnet test "tests/$name/bin/Release/$framework/$name.dll" --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout 5m --blame-hang-dump-type none </dev/null || status=$?
  echo "$name took $((SECONDS - start)) s"

  trx=$results/$name.trx
  ran=0 project_passed=0 project_failed=0
  if [[ -f $trx ]]; then
    ran=$(count "$trx" total)
    project_passed=$(count "$trx" passed)
    project_failed=$(($(count "$trx" failed) + $(count "$trx" error) + $(count "$trx" timeout) + $(count "$trx" aborted)))
  fi

  if [[ $ran -eq 0 ]]; then
    problems+=("$name ran no test.")
  elif [[ $status -ne 0 && $project_failed -eq 0 ]]; then
    problems+=("$name did not run to its end.")
  fi
  passed=$((passed + project_passed))
  failed=$((failed + project_failed))
  skipped=$((skipped + ran - project_passed - project_failed))
done

echo
if [[ ${#problems[@]} -gt 0 ]]; then
  printf '%s\n' "${problems[@]}"
fi
if [[ $skipped -gt 0 ]]; then
  echo "No test may be skipped."
fi
echo "$passed passed, $((failed + ${#problems[@]})) failed, $skipped skipped"
[[ $passed -gt 0 && $failed -eq 0 && $skipped -eq 0 && ${#problems[@]} -eq 0 ]]
