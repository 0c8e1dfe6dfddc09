#!/usr/bin/env bash
# Makes the packages of src/ in artifacts/packages.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

rm -rf artifacts/packages
dotnet pack Webhooks.Core.sln -c Release -p:PackageOutputPath="$PWD/artifacts/packages" </dev/null
ls -1 artifacts/packages
