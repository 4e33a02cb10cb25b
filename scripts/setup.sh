# Sourced by the commands of this folder: brings a fresh clone to where they can run.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

fail() { # MESSAGE…: one line on standard error, and the end
  echo "error: $*" >&2
  exit 1
}

need_node() {
  command -v node >/dev/null || fail "There is no node on the PATH: install Node.js 20.20 or newer."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 20) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: install 20.20 or newer."
}

# Debian's packages, if a program of theirs is missing: need_programs PROGRAM=PACKAGE…
need_programs() {
  local missing=() pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || [ -x "/usr/sbin/${pair%%=*}" ] || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    fail "Missing on this machine: ${missing[*]}. Install them (as root: apt-get install ${missing[*]}) and run this again."
  echo "Installing ${missing[*]} …" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } \
    >/dev/null || fail "apt-get could not install ${missing[*]}."
}

need_npm_packages() {
  [ node_modules/.package-lock.json -nt package-lock.json ] && [ node_modules/.package-lock.json -nt package.json ] && return
  echo "Installing npm packages …" >&2
  npm ci --loglevel=error >&2 || fail "npm ci failed: see above."
  touch node_modules/.package-lock.json
}
