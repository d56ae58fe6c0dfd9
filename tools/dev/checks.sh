# ./dev check before a commit, and ./dev ci: the tests, then everything that is too slow for both.

cpp_files() { git ls-files -co --exclude-standard -- '*.cpp' '*.hpp'; }

# The C++ files that differ from the last commit.
changed_cpp_files() {
    { git diff --name-only HEAD -- '*.cpp' '*.hpp'; git ls-files -o --exclude-standard -- '*.cpp' '*.hpp'; } |
        sort -u | while read -r file; do [[ ! -f $file ]] || printf '%s\n' "$file"; done
}

check_format() {
    if ! xargs -r clang-format-19 --dry-run -Werror; then
        echo "next: clang-format-19 -i on those files" >&2
        return 1
    fi
}

check_shell() {
    local script status=0
    for script in dev .ci/run tools/dev/*.sh; do
        bash -n "$script" || status=1
    done
    return "$status"
}

# check_tidy PRESET: reads names of sources; uses that preset's compile commands.
check_tidy() {
    grep -E '^(src|fuzz|bench)/.*\.cpp$' | grep -v '_test\.cpp$' |
        xargs -r -P "$(nproc)" -n 2 clang-tidy-19 --quiet -p "build/$1" 2>&1 |
        grep -v -E '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -header-filter'
    [[ ${PIPESTATUS[2]} -eq 0 ]]
}

check_main() {
    local slow='' case_pattern=() doctest_pattern=()
    need_packages build check
    need_node
    changed_cpp_files >"$build_root/changed.txt"
    suite format check_format <"$build_root/changed.txt"
    suite shell check_shell
    node_suite tidy tests/tidy
    if grep -q '^src/.*\.cpp$' "$build_root/changed.txt"; then
        configure dev
        suite clang-tidy check_tidy dev <"$build_root/changed.txt"
    fi
    close_with_counts
}

# sanitized PRESET: that preset's unit tests; one report ends the program.
sanitized() {
    local preset=$1 name targets=()
    export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
    export TSAN_OPTIONS=external_symbolizer_path=$ASAN_SYMBOLIZER_PATH:halt_on_error=1
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    configure "$preset"
    for name in $(unit_programs "$preset"); do
        targets+=("${name}_test")
    done
    compile "$preset" "${targets[@]}"
    for name in $(unit_programs "$preset"); do
        suite "$preset-$name" "build/$preset/bin/${name}_test"
    done
}

fuzz_smoke() {
    local program
    compile fuzz
    for program in $(fuzz_programs); do
        suite "fuzz-$program" quiet_fuzz "$program" "${FUZZ_SECONDS:-10}"
    done
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

ci_main() {
    local slow='' filter='' case_pattern=() doctest_pattern=() name started=$EPOCHSECONDS
    set_up_tests
    suite format check_format < <(cpp_files)
    suite shell check_shell
    run_suites
    suite clang-tidy check_tidy dev < <(cpp_files)
    sanitized asan
    sanitized tsan
    fuzz_smoke
    need_promtool
    suite metrics check_metrics
    note "everything took $(((EPOCHSECONDS - started) / 60)) minutes"
    close_with_counts
}
