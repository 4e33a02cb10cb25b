# Sourced by the commands of this folder: brings a fresh clone to where they can run; does nothing, quickly, when all is there.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export PATH=$PATH:/usr/sbin

fail() { # MESSAGE…: one line on standard error, and the end
  echo "error: $*" >&2
  exit 1
}

need_node() {
  local wanted
  wanted=$(node -p 'require("./package.json").engines.node.slice(2)') ||
    fail "There is no node on the PATH: install Node.js 20.20 or newer."
  printf '%s\n' "$wanted" "$(node -p process.versions.node)" | sort --check=silent --version-sort ||
    fail "Node.js $(node --version) is too old: install $wanted or newer."
}

is_there() { # PROGRAM, or the absolute path of a directory
  case $1 in
    /*) [ -d "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# Debian's packages, each if what shows that it is installed is missing: need_packages PROGRAM=PACKAGE…
need_packages() {
  local missing=() pair
  for pair in "$@"; do
    is_there "${pair%%=*}" || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    fail "Missing on this machine: ${missing[*]}. Install them (on Debian: sudo apt-get install --no-install-recommends ${missing[*]}) and run this again."
  echo "Installing ${missing[*]} …" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } \
    >/dev/null || fail "apt-get could not install ${missing[*]}."
}

# better-sqlite3 is compiled where no prebuilt binary can be had.
need_npm_packages() {
  local installed=node_modules/.package-lock.json
  [ -e $installed ] && [ ! package-lock.json -nt $installed ] && return
  need_packages make=make g++=g++ python3=python3
  echo "Installing npm packages …" >&2
  npm ci --loglevel=error >&2 || fail "npm ci failed: see above."
}
