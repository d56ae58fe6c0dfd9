# shellcheck shell=bash
# Debian packages: deploy/packages/debian.txt names them, this installs what is missing.

packages_of() {
    local groups=" $* "
    awk -v groups="$groups" '!/^#/ && NF && index(groups, " " $1 " ") { print $2 }' \
        deploy/packages/debian.txt | sort -u
}

missing_packages() {
    local wanted
    wanted=$(packages_of "$@")
    comm -23 <(printf '%s\n' "$wanted") \
        <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
            awk '$1 == "ii" || $1 == "hi" { print $2 }' | sort -u)
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif has_command sudo; then
        sudo "$@"
    else
        fail "installing packages needs root" "run as root once: apt-get install -y $missing"
    fi
}

# need_packages GROUP...: the groups' packages are installed when this returns.
need_packages() {
    has_command apt-get || {
        note "no apt-get here: supposing that the packages of deploy/packages/debian.txt are there"
        return 0
    }
    local missing
    missing=$(missing_packages "$@" | xargs)
    [[ -n $missing ]] || return 0

    step "Installing Debian packages: $missing"
    mkdir -p "$logs"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
    logged apt-update as_root "${apt[@]}" update
    warn_of_removals
    # shellcheck disable=SC2086  # a list of words
    if ! as_root "${apt[@]}" install -y --no-install-recommends $missing </dev/null 2>&1 |
        tee "$logs/apt-install.log" | grep --line-buffered -E '^(Need to get|Setting up|E:) ?'; then
        fail "apt-get could not install: $missing" \
            "read ${logs#"$root"/}/apt-install.log; is the machine Debian 12 and on the network?"
    fi
}

# Boost 1.81 and Debian's default 1.74 headers exclude each other: apt would silently take the
# old ones away, so say it, and ask where somebody is there to answer.
warn_of_removals() {
    local removed
    # shellcheck disable=SC2086
    removed=$(apt-get -s install -y --no-install-recommends $missing 2>/dev/null |
        awk '$1 == "Remv" { print $2 }' | xargs)
    [[ -n $removed ]] || return 0
    note "apt will remove what conflicts with them: $removed"
    [[ -t 0 && -z ${CI:-} ]] || return 0
    local answer
    read -r -p "    Go on? [y/N] " answer
    [[ $answer == [yY]* ]] || fail "stopped before changing anything" \
        "use a container or ./dev setup-proof's way: a Debian 12 of its own"
}

setup_main() {
    need_packages build demo test check bench
    need_node
    npm_ci_all
    step "Everything is installed. Next: ./dev demo, or ./dev test"
}
