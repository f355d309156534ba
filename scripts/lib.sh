# What the scripts share. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
repo=$PWD
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
mkdir -p artifacts/stamps artifacts/logs

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

need_root() {
  [[ $EUID = 0 ]] || die "$1 needs root: it makes namespaces, mounts and cgroups. Try: sudo $0"
}

# One digest of files and of everything below folders, without what builds leave there.
digest() {
  find "$@" \( -name bin -o -name obj -o -name node_modules -o -name dist -o -name TestResults \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# unless_same NAME RESULT DIGEST COMMAND…: runs the command unless it made RESULT from the same inputs before.
unless_same() {
  local name=$1 result=$2 now=$3 stamp=artifacts/stamps/$1 start=$SECONDS; shift 3
  [[ -e $result && -e $stamp && $(<"$stamp") = "$now" ]] && return 0
  rm -f "$stamp"
  quietly "$name" "$@"
  printf '%s' "$now" > "$stamp"
  say "$name: done in $((SECONDS - start)) s"
}

# quietly NAME COMMAND…: keeps the output in a file and shows it only when the command fails.
quietly() {
  local log=artifacts/logs/$1.log; shift
  "$@" > "$log" 2>&1 </dev/null || { tail -n 100 "$log" >&2; die "failed: $* (log: $log)"; }
}

# apt_install PACKAGE…: installs those that are missing.
apt_install() {
  local missing=() package
  for package; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) = installed ]] || missing+=("$package")
  done
  [[ ${#missing[@]} = 0 ]] && return 0
  local root=(); [[ $EUID = 0 ]] || root=(sudo)
  say "installing: ${missing[*]}"
  command -v apt-get >/dev/null || die "this system has no apt-get; install by hand what these Debian packages hold: ${missing[*]}"
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" > artifacts/logs/apt.log 2>&1 </dev/null && return 0
  quietly apt-update "${apt[@]}" update
  quietly apt "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

central=(Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig global.json)

build_assets() {
  # Not `npm ci`: it refuses a lock file made where other platforms' optional packages could not be seen.
  unless_same npm wwwroot-assets/node_modules "$(digest wwwroot-assets/package.json wwwroot-assets/package-lock.json)" \
    npm --prefix wwwroot-assets install --no-save --no-audit --no-fund
  unless_same assets src/Web/wwwroot/dist "$(digest wwwroot-assets)" npm --prefix wwwroot-assets run build
}

build_shim() {
  unless_same shim artifacts/shim/brig-shim "$(digest src/Linux src/Shim "${central[@]}")" \
    dotnet publish src/Shim -c Release -o artifacts/shim
}

# The product as it is shipped: artifacts/brig/{brig,brig-shim,wwwroot/…}
build_brig() {
  build_shim
  unless_same brig artifacts/brig/brig "$(digest src "${central[@]}") $(cat artifacts/stamps/assets 2>/dev/null)" publish_brig
}

publish_brig() {
  rm -rf artifacts/brig
  dotnet publish src/Web -c Release -o artifacts/brig
  cp artifacts/shim/brig-shim artifacts/brig/
}

# Compose 2, which Debian 12 has not, for tests: artifacts/peers/docker-compose. Debian 13's package is unpacked and not installed, and the lists of this system stay as they are.
fetch_compose() { unless_same compose artifacts/peers/docker-compose trixie fetch_from_trixie docker-compose usr/libexec/docker/cli-plugins/docker-compose; }

# fetch_from_trixie PACKAGE FILE
fetch_from_trixie() {
  local at=$repo/artifacts/peers/trixie
  rm -rf "$at"; mkdir -p "$at"/{state/lists/partial,cache/archives/partial}
  echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main' > "$at/sources"
  cat > "$at/conf" <<C
Dir::Etc { Parts "/dev/null"; SourceList "$at/sources"; SourceParts "/dev/null"; };
Dir::State "$at/state";
Dir::State::Status "/var/lib/dpkg/status";
Dir::Cache "$at/cache";
Acquire { Languages "none"; Retries "5"; };
APT::Sandbox::User "root";
C
  (cd "$at" && export APT_CONFIG=$at/conf && apt-get -q update && apt-get -q download "$1" && dpkg-deb -x "$1"_*.deb .) &&
    cp "$at/$2" artifacts/peers/ && rm -rf "$at"
}
