#!/usr/bin/env bash
# eng/npm.sh FOLDER: installs Node.js if it is missing, and the packages of the folder's package-lock.json, unless they are there.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

[[ -f ${1:-}/package-lock.json ]] || fail "usage: eng/npm.sh FOLDER (from the repository's root, with a package-lock.json)"
need node nodejs
need npm npm
cd "$1"
# npm writes the file last.
if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 </dev/null
fi
