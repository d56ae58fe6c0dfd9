# shellcheck shell=bash
# ./dev setup-proof: a bare Debian 12 in a folder, with git and nothing else of this machine. In it a
# newcomer clones the last commit, types `./dev demo` and `./dev test`, and both have to work. With
# --ci it is `./dev ci` instead, which shows how long that takes where nothing is there.

proof=$build_root/setup-proof
proof_root=$proof/root
proof_mounts=() proof_keep=''

setup_proof_main() {
    local demo_only='' ci='' started=$EPOCHSECONDS
    while [[ $# -gt 0 ]]; do
        case $1 in
            --keep) proof_keep=1 ;;
            --demo-only) demo_only=1 ;;
            --ci) ci=1 ;;
            *) fail "./dev setup-proof does not know $1" \
                "--keep leaves the folder, --demo-only leaves out ./dev test, --ci runs ./dev ci instead of both" ;;
        esac
        shift
    done
    [[ $EUID -eq 0 ]] || fail "making a root folder and mounting in it needs root" "sudo ./dev setup-proof"
    need_packages build proof
    mkdir -p "$proof" "$build_root/tools/debs/partial" "$logs"
    trap 'proof_end' EXIT
    trap 'exit 130' INT TERM HUP
    proof_debian
    proof_machine_settings
    proof_mount
    proof_clone
    if [[ -n $ci ]]; then
        proof_tests ci
    else
        proof_demo
        [[ -n $demo_only ]] || proof_tests test
    fi
    step "The set-up list holds: commit $proven, $(date -u +%Y-%m-%dT%H:%MZ), $(((EPOCHSECONDS - started) / 60)) minutes"
}

# The mirror that this machine itself uses.
proof_mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk '!/^#/ && /^(deb|URIs:)/ { for (i = 1; i <= NF; i++) if ($i ~ /^https?:.*debian\/?$/) { print $i; exit } }'
}

proof_debian() {
    step "Making a bare Debian 12 in build/setup-proof/root"
    rm -rf --one-file-system "$proof_root"
    # shellcheck disable=SC2046  # no mirror found: debootstrap's own
    logged debootstrap debootstrap --variant=minbase --include=git,ca-certificates \
        --cache-dir="$build_root/tools/debs" bookworm "$proof_root" $(proof_mirror)
    local tool
    for tool in clang-19 clang++-19 cmake ninja node npm ffmpeg curl jq ccache; do
        if chroot "$proof_root" /bin/sh -c "command -v $tool" >/dev/null; then
            fail "$tool is in the bare Debian already: it would prove nothing" "rm -r build/setup-proof"
        fi
    done
}

# How this machine reaches the package registries: apt's sources, npm's settings, certificates.
proof_machine_settings() {
    local file
    cp /etc/resolv.conf "$proof_root/etc/resolv.conf"
    cp -r /etc/apt/sources.list* /etc/apt/keyrings /etc/apt/trusted.gpg.d /etc/apt/auth.conf.d \
        "$proof_root/etc/apt/" 2>/dev/null || true
    for file in /etc/apt/apt.conf.d/*; do
        [[ $file == *docker* || -e $proof_root$file ]] || cp "$file" "$proof_root/etc/apt/apt.conf.d/"
    done
    echo 'Binary::apt-get::APT::Keep-Downloaded-Packages "true";' >"$proof_root/etc/apt/apt.conf.d/98keep"
    cat /usr/etc/npmrc /etc/npmrc "$HOME/.npmrc" 2>/dev/null | grep -v '^nodedir' >"$proof_root/root/.npmrc" || true
    cp -r /usr/local/share/ca-certificates/. "$proof_root/usr/local/share/ca-certificates/" 2>/dev/null || true
    logged certificates chroot "$proof_root" update-ca-certificates
}

proof_mount() {
    local at
    for at in proc dev dev/pts dev/shm var/cache/apt/archives; do
        mkdir -p "$proof_root/$at"
        case $at in
            proc) mount -t proc proc "$proof_root/proc" ;;
            dev | dev/pts) mount --bind "/$at" "$proof_root/$at" ;;
            dev/shm) mount -t tmpfs tmpfs "$proof_root/dev/shm" ;;
            *) mount --bind "$build_root/tools/debs" "$proof_root/$at" ;;
        esac
        proof_mounts=("$proof_root/$at" "${proof_mounts[@]}")
    done
}

proof_clone() {
    [[ -z $(git status --porcelain) ]] || note "only what is committed is proven, not your changes"
    git clone -q --no-hardlinks "$root" "$proof_root/home/shopcast"
    proven=$(git -C "$proof_root/home/shopcast" rev-parse --short HEAD)
}

# A newcomer's shell: none of this machine's environment but the way to the network.
in_proof() {
    local name settings=()
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        [[ -z ${!name:-} ]] || settings+=("$name=${!name}")
    done
    exec setsid env --default-signal=INT,TERM -i HOME=/root LANG=C.UTF-8 TERM=dumb \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" \
        NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
        chroot "$proof_root" /bin/bash -c "cd /home/shopcast && exec $1"
}

# Types ./dev demo, looks from outside whether three channels are live, presses Ctrl-C.
proof_demo() {
    local log=$logs/setup-proof-demo.log port=18080 demo shown=0 lines live=0 status=0
    while port_is_taken "$port"; do port=$((port + 1)); done
    step "A newcomer types ./dev demo"
    in_proof "./dev demo --port $port --rtmp-port 0" </dev/null >"$log" 2>&1 &
    demo=$!
    while ! grep -q 'Open  http' "$log"; do
        lines=$(wc -l <"$log")
        [[ $lines -eq $shown ]] || sed -n "$((shown + 1)),${lines}p" "$log" | sed 's/^/  | /'
        shown=$lines
        kill -0 "$demo" 2>/dev/null || fail "./dev demo ended" "read ${log#"$root"/}"
        sleep 2
    done
    live=$(curl -fsS "http://127.0.0.1:$port/api/v1/channels" |
        jq '[.channels[] | select(.state == "live")] | length')
    note "$live channels are live"
    [[ $live -eq 3 ]] || fail "three channels should be live" "read ${log#"$root"/}"
    [[ $(grep -c 'rtmp://' "$log") -eq 1 ]] || fail "one address for encoders should be printed" "read ${log#"$root"/}"
    curl -fsS "http://127.0.0.1:$port/" | grep -qi '<!doctype html>' || fail "the page is not there" "read ${log#"$root"/}"
    kill -INT -- "-$demo"
    wait "$demo" || status=$?
    [[ $status -eq 0 ]] || fail "Ctrl-C ended ./dev demo with $status" "read ${log#"$root"/}"
    [[ -z $(proof_processes) ]] || fail "Ctrl-C left processes: $(proof_processes)" "read ${log#"$root"/}"
    note "Ctrl-C stopped all of it"
}

# proof_tests COMMAND: ./dev test or ./dev ci, of whose output only the outline is shown here.
proof_tests() {
    local log=$logs/setup-proof-$1.log job status=0
    step "A newcomer types ./dev $1"
    in_proof "./dev $1" </dev/null > >(tee "$log" | grep --line-buffered -E '^(==>|    |---|[a-z0-9-]+ +[0-9.]+ +|[0-9]+ passed)' | sed -u 's/^/  | /') 2>&1 &
    job=$!
    wait "$job" || status=$?
    [[ $status -eq 0 ]] || fail "./dev $1 failed on a bare Debian" "read ${log#"$root"/}"
}

# Whatever still runs inside the folder.
proof_processes() {
    local process
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/root" 2>/dev/null) != "$proof_root" ]] || printf '%s ' "${process#/proc/}"
    done
}

proof_end() {
    local status=$? mounted
    trap - EXIT
    trap '' INT TERM HUP
    # shellcheck disable=SC2046  # a list of process ids
    stop_processes $(proof_processes)
    for mounted in "${proof_mounts[@]}"; do
        umount "$mounted" || umount -l "$mounted"
    done
    [[ -n $proof_keep ]] || rm -rf --one-file-system "$proof_root"
    exit "$status"
}
