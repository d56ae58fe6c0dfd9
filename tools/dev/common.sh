# shellcheck shell=bash
# Words to the user, logs, stamps. Sourced by ./dev.

root=$PWD
build_root=$root/build
logs=$build_root/log

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
    bold='' red='' green='' plain=''
fi

# What is being done, and what is worth knowing about it.
step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain"; }
note() { printf '    %s\n' "$*"; }

# fail WHAT NEXT: the end, with what the user can do about it.
fail() {
    printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
    [[ -z ${2:-} ]] || printf '  next: %s\n' "$2" >&2
    exit 1
}

# logged NAME COMMAND...: runs quietly into build/log/NAME.log; shows its end when it fails.
logged() {
    local name=$1 log=$logs/$1.log
    shift
    mkdir -p "$logs"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        fail "$name failed: $*" "the whole output is in ${log#"$root"/}"
    fi
}

# One hash for the content and names of all files given by `find` arguments.
hash_of() {
    find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-16
}

is_stamped() { [[ -f $1 && $(<"$1") == "$2" ]]; }

has_command() { command -v "$1" >/dev/null 2>&1; }

# Lets a line through a pipe now and then: ninja's status lines when nobody watches a terminal. Not
# awk: Debian's reads ahead and says nothing for half a minute.
thin_out() {
    local line
    while IFS= read -r line; do
        if [[ ! $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
            printf '%s\n' "$line"
        elif [[ ${BASH_REMATCH[1]} == "${BASH_REMATCH[2]}" || ${BASH_REMATCH[1]} == *0 ]]; then
            printf '    %s\n' "$line"
        fi
    done
}
