# Sourced by the scripts beside it: goes to the repository's root and makes sure that there is what they need.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_NOLOGO=true DOTNET_CLI_TELEMETRY_OPTOUT=true DOTNET_SKIP_FIRST_TIME_EXPERIENCE=true
# A build server that outlives the script would keep its output open.
export MSBUILDDISABLENODEREUSE=1

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# need WHAT PACKAGE: installs a Debian package, unless WHAT is a command that is there.
need() {
  command -v "$1" >/dev/null && return
  local as=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || fail "'$1' is missing. Install it as root: apt-get install $2"
    as=(sudo -n)
  fi
  command -v apt-get >/dev/null || fail "'$1' is missing, and without apt-get this script cannot install it (Debian: $2)."
  echo "Installing $2"
  { "${as[@]}" apt-get update -q && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy "$2"; } >&2 </dev/null ||
    fail "'$1' is missing, and installing it failed. Install it as root: apt-get install $2"
}

# The SDK and NuGet keep their caches in the home folder. A service or a bare container may have none.
if [[ ! -w ${HOME:-} ]]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6 || true)
  [[ -w $HOME ]] || HOME=$PWD/artifacts/home
  mkdir -p "$HOME"
  export HOME
fi
export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-$HOME}

command -v dotnet >/dev/null ||
  fail "The .NET SDK of global.json is missing: https://dotnet.microsoft.com/download, or Debian's packages of Microsoft."
