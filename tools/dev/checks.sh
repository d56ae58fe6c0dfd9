# shellcheck shell=bash
# ./dev check before a commit, and ./dev ci: the tests, then everything that is too slow for both.

cpp_files() { git ls-files -co --exclude-standard -- '*.cpp' '*.hpp'; }

# The C++ files that differ from the last commit.
changed_cpp_files() {
    { git diff --name-only HEAD -- '*.cpp' '*.hpp'; git ls-files -o --exclude-standard -- '*.cpp' '*.hpp'; } |
        sort -u | while read -r file; do [[ ! -f $file ]] || printf '%s\n' "$file"; done
}

# check_format LIST: a file with one name a line, as below.
check_format() {
    if ! xargs -r clang-format-19 --dry-run -Werror <"$1"; then
        echo "next: clang-format-19 -i on those files" >&2
        return 1
    fi
}

check_shell() {
    # The parts share variables, which shellcheck cannot see one file at a time.
    shellcheck --severity=info --exclude=SC2154,SC2034 --external-sources dev .ci/run tools/dev/*.sh
}

# check_tidy LIST FOLDER: with that build's compile commands. Tests are left to the compiler.
check_tidy() { node "$(dirname "${BASH_SOURCE[0]}")/tidy.mjs" "$1" "$2"; }

check_main() {
    local slow='' case_pattern=() doctest_pattern=()
    need_packages build check
    need_node
    local changed=$build_root/changed.txt
    changed_cpp_files >"$changed"
    forget_results
    suite format check_format "$changed"
    suite shell check_shell
    node_suite tidy tests/tidy
    if grep '^src/.*\.cpp$' "$changed" | grep -q -v '_test\.cpp$'; then
        configure dev
        suite clang-tidy check_tidy "$changed" build/dev
    fi
    close_with_counts
}

# sanitized PRESET: that preset's unit tests; one report ends the program.
sanitized() {
    local preset=$1 name command
    export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
    export TSAN_OPTIONS=external_symbolizer_path=$ASAN_SYMBOLIZER_PATH:halt_on_error=1
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    for name in $(unit_suites "$preset"); do
        mapfile -t command < <(unit_command "$preset" "$name")
        beside suite "$preset-$name" "${command[@]}"
    done
    end_besides
}

fuzz_smoke() {
    local program
    for program in $(fuzz_programs); do
        beside suite "fuzz-${program%_fuzz}" quiet_fuzz "$program" "${FUZZ_SECONDS:-10}"
    done
    end_besides
}

# The fuzzer's own output is long: its statistics when all is well, its end when not.
quiet_fuzz() {
    local log=$logs/$1.log
    if fuzz_one "$1" "$2" >"$log" 2>&1; then
        grep -E '^stat::number_of_executed_units|^Done ' "$log" || true
    else
        tail -n 40 "$log"
        return 1
    fi
}

# Prometheus' own checker, taken out of its package: installing that would start a server.
need_promtool() {
    [[ -x build/tools/prometheus/usr/bin/promtool ]] && return 0
    step "Unpacking promtool under build/tools"
    mkdir -p build/tools
    local download=$build_root/tools/download
    rm -rf "$download" && mkdir -p "$download"
    chmod 777 "$download"
    logged apt-update as_root apt-get -q update
    (cd "$download" && logged promtool-download apt-get -q download prometheus)
    dpkg -x "$download"/prometheus_*.deb build/tools/prometheus
    rm -rf "$download"
}

# What neither needs the program nor has to wait: on what the cores have left while the tests wait
# for streams and browsers. Its output lies in build/log/checked.log.
check_beside() {
    local fuzzers
    chrt --idle --pid 0 "$BASHPID" || true
    # Where the kernel shares a core out by sessions first, idle priority counts within ours alone:
    # the session itself has to stand back too. It is ours when `ci` began it, not a terminal's.
    if [[ $(ps -o sid= -p "$BASHPID") -eq $BASHPID ]]; then
        echo 19 2>/dev/null >/proc/self/autogroup || true
    fi
    configure dev
    suite clang-tidy check_tidy "$build_root/cpp.txt" build/dev
    mapfile -t fuzzers < <(fuzz_programs)
    compile_unit_tests asan "${fuzzers[@]}" # the fuzz twins are built with the sanitizers that they watch
    compile_unit_tests tsan
    sanitized asan
    sanitized tsan
    fuzz_smoke
}

ci_main() {
    local slow='' filter='' case_pattern=() doctest_pattern=() name started=$EPOCHSECONDS checking
    set_up_tests
    forget_results
    cpp_files >"$build_root/cpp.txt"
    suite format check_format "$build_root/cpp.txt"
    suite shell check_shell
    setsid ./dev check-beside >"$logs/checked.log" 2>&1 & # a group of its own, to be stopped as one
    checking=$!
    # shellcheck disable=SC2064  # the group as it is now
    trap "kill -- -$checking 2>/dev/null || true" EXIT
    run_suites
    need_promtool
    suite metrics check_metrics
    step "Waiting for clang-tidy, the sanitizers and the fuzz twins"
    wait "$checking" || { cat "$logs/checked.log"; fail "the checks beside the tests broke off" "see above"; }
    trap - EXIT
    cat "$logs/checked.log"
    print_budgets
    note "everything took $(((EPOCHSECONDS - started) / 60)) minutes"
    close_with_counts
}
