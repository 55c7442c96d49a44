# What the set-up scripts share: plain words, root where it must be, packages from Debian.
# Sourced, never run. No host name stands in these scripts: packages come from the mirror that apt knows here.

say() { printf '==> %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
fail() { printf '\nStopped: %s\n' "$1" >&2; shift; for line in "$@"; do note "$line"; done; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# as_root REASON COMMAND…: as root, saying why where that needs sudo.
as_root() {
    local reason=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        say "root is needed to $reason: sudo may ask for your password"
        sudo "$@"
    else
        fail "root is needed to $reason, and there is no sudo here." "Run this as root, or have someone run: $*"
    fi
}

# install_packages REASON PACKAGE…: those that are not installed yet, from Debian.
install_packages() {
    local reason=$1 package missing=()
    shift
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    have apt-get || fail "these are missing, and only Debian's apt is known here: ${missing[*]}"
    say "installing from Debian, to $reason: ${missing[*]}"
    as_root "install ${missing[*]}" apt-get update -qq ||
        note "the package lists could not be refreshed; trying with those that are here"
    as_root "install ${missing[*]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}" >&2 ||
        fail "apt could not install: ${missing[*]}" "What it said stands above."
}

# at_least VERSION LEAST: whether a dotted version is not older.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
