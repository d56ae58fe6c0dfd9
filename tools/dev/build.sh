# shellcheck shell=bash
# Configure and compile; run; benchmark; fuzz.

# Where the checkout lies does not matter to ccache: a clean clone finds what another has compiled.
# (Precompiled headers, which name that place in themselves, saved a quarter of a first build and
# made every clone one.)
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# configure PRESET: CMake itself reconfigures when its files change, so once is enough.
configure() {
    local preset=$1
    [[ -f build/$preset/build.ninja ]] && return 0
    step "Configuring build/$preset"
    logged "cmake-$preset" cmake --preset "$preset"
}

# compile PRESET [TARGET...]
compile() {
    local preset=$1 status=0
    shift
    configure "$preset"
    step "Building $preset${*:+: $*}"
    if [[ -t 1 ]]; then
        ninja -C "build/$preset" "$@" || status=$?
    else
        ninja -C "build/$preset" "$@" | thin_out || status=$?
    fi
    [[ $status -eq 0 ]] || fail "the $preset build failed" \
        "fix the first error above, then: ./dev build $preset"
}

build_main() {
    local preset=${1:-dev}
    need_packages build
    case $preset in
        asan | tsan) need_packages test ;;
    esac
    build_web
    compile "$preset"
}

build_server() {
    need_packages build
    build_web
    compile release shopcast
}

run_main() {
    build_server
    step "Serving with build/run-data; stop with Ctrl-C"
    exec build/release/bin/shopcast serve --data build/run-data "$@"
}

bench_main() {
    local name=${1:-}
    if [[ -z $name || ! -x bench/$name/run ]]; then
        fail "there is no benchmark '${name}'" \
            "one of: $(find bench -mindepth 2 -maxdepth 2 -name run -printf '%h\n' | xargs -r -n1 basename | xargs)"
    fi
    shift
    need_packages build bench
    need_node
    build_web
    compile release
    exec "bench/$name/run" "$@"
}

fuzz_programs() {
    local source
    for source in fuzz/*_fuzz.cpp; do
        [[ ! -f $source ]] || basename "$source" .cpp
    done
}

# fuzz_one PROGRAM SECONDS: seeds from fuzz/corpus, findings under build/fuzz/findings.
fuzz_one() {
    local program=$1 seconds=$2 codec=${1%_fuzz} seeds=()
    local found=build/fuzz/findings/$codec grown=build/fuzz/corpus/$codec
    mkdir -p "$found" "$grown"
    [[ ! -d fuzz/corpus/$codec ]] || seeds=("fuzz/corpus/$codec")
    "build/asan/bin/$program" "$grown" "${seeds[@]}" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="$found/" -print_final_stats=1
}

fuzz_main() {
    local name=${1:-} seconds=${2:-60}
    [[ -f fuzz/${name}_fuzz.cpp ]] ||
        fail "there is no fuzz twin '$name'" "one of: $(fuzz_programs | sed 's/_fuzz$//' | xargs)"
    need_packages build test
    compile asan "${name}_fuzz"
    fuzz_one "${name}_fuzz" "$seconds" || fail "the fuzzer found an input that breaks $name" \
        "it lies under build/fuzz/findings/$name: make it a test, then fix the code"
}

clean_main() {
    local entry
    step "Removing build/ (but build/tools) and web/dist"
    for entry in build/*; do
        [[ $entry == build/tools ]] || rm -rf "$entry"
    done
    rm -rf web/dist
}
