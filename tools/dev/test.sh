# shellcheck shell=bash
# ./dev test: unit tests, ffmpeg's verdict on our packaging, the front end's checks, the tidy test,
# conformance and end to end.

unit_programs() {
    ctest --test-dir "build/$1" -N | awk '/Test +#[0-9]+:/ { print $NF }'
}

# compile_unit_tests PRESET [TARGET...]: them, and those targets.
compile_unit_tests() {
    local preset=$1 name targets=("${@:2}")
    configure "$preset"
    for name in $(unit_programs "$preset"); do
        targets+=("${name}_test")
    done
    compile "$preset" "${targets[@]}"
}

# Asks node's runner for one folder's programs; the slow ones are named *.slow.test.mjs.
node_suite() {
    local name=$1 folder=$2 files
    mapfile -t files < <(find "$folder" -name node_modules -prune -o -type f \
        \( -name '*.test.mjs' -o -name '*.test.js' -o -name '*.test.ts' \) -print |
        sort |
        if [[ -n $slow ]]; then cat; else grep -v '\.slow\.test\.'; fi)
    [[ ${#files[@]} -gt 0 ]] || return 0
    suite "$name" node --test --test-reporter=spec --test-concurrency=1 \
        "${case_pattern[@]}" "${files[@]}"
}

all_suites() {
    local name
    for name in $(unit_programs release); do
        printf '%s\n' "$name"
    done
    printf '%s\n' packaging web tidy conformance e2e
}

run_suite() {
    case $1 in
        packaging) suite packaging tests/golden/ffprobe_oracle.sh build/release/bin/media_test ;;
        web) [[ ! -f web/package.json ]] || suite web npm --prefix web run check ;;
        tidy) node_suite tidy tests/tidy ;;
        conformance) [[ ! -d tests/conformance ]] || node_suite conformance tests/conformance ;;
        e2e) [[ ! -d tests/e2e ]] || node_suite e2e tests/e2e ;;
        *) suite "$1" "build/release/bin/$1_test" "${doctest_pattern[@]}" ;;
    esac
}

# set_up_tests: everything installed and built that the suites use.
set_up_tests() {
    need_packages build test check
    [[ -z $slow ]] || need_packages slow
    need_node
    npm_ci_all
    build_web
    compile_unit_tests release shopcast
    export SHOPCAST_BIN=$root/build/release/bin/shopcast
    export SHOPCAST_SLOW=$slow
}

test_main() {
    local filter='' slow='' case_pattern=() doctest_pattern=() name
    while [[ $# -gt 0 ]]; do
        case $1 in
            --slow) slow=1 ;;
            -*) fail "./dev test does not know $1" "./dev help" ;;
            *) filter=$1 ;;
        esac
        shift
    done
    set_up_tests
    run_suites
    close_with_counts
}

# Runs the suites that the filter names; where it names none, all of them with the filter as a part
# of their tests' names.
run_suites() {
    local chosen
    chosen=$(all_suites | grep -F -- "$filter" || true)
    if [[ -z $chosen ]]; then
        chosen=$(all_suites | grep -v -x -e packaging -e web)
        doctest_pattern=("--test-case=*$filter*")
        case_pattern=("--test-name-pattern=$filter")
    fi
    for name in $chosen; do
        run_suite "$name"
    done
}
