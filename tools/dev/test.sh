# shellcheck shell=bash
# ./dev test: unit tests, ffmpeg's verdict on our packaging, the front end's checks, the tidy test,
# conformance and end to end.

# The suites of a build: one a module, and the simulation.
unit_suites() {
    ctest --test-dir "build/$1" -N | awk '/Test +#[0-9]+:/ { print $NF }'
}

# The program of a suite, and what it is to be asked: the sanitized builds have one for all modules.
unit_command() {
    local preset=$1 name=$2
    if [[ -x build/$preset/bin/${name}_test ]]; then
        printf '%s\n' "build/$preset/bin/${name}_test"
    else
        printf '%s\n' "build/$preset/bin/all_test" "--source-file=*src/$name/*"
    fi
}

# compile_unit_tests PRESET [TARGET...]: them, and those targets.
compile_unit_tests() {
    local preset=$1 targets=("${@:2}")
    configure "$preset"
    mapfile -t -O "${#targets[@]}" targets < <(ninja -C "build/$preset" -t targets all |
        sed -n 's|^bin/\([a-z0-9]*_test\): .*|\1|p')
    compile "$preset" "${targets[@]}"
}

# Asks node's runner for one folder's programs; the slow ones are named *.slow.test.mjs.
node_suite() {
    local name=$1 folder=$2 files runner=(node --test --test-reporter=spec --test-concurrency=2)
    [[ $name != e2e ]] || runner=(node tests/e2e/run.mjs)
    mapfile -t files < <(find "$folder" -name node_modules -prune -o -type f \
        \( -name '*.test.mjs' -o -name '*.test.js' -o -name '*.test.ts' \) -print |
        sort |
        if [[ -n $slow ]]; then cat; else grep -v '\.slow\.test\.'; fi)
    [[ ${#files[@]} -gt 0 ]] || return 0
    suite "$name" "${runner[@]}" "${case_pattern[@]}" "${files[@]}"
}

all_suites() {
    unit_suites release
    printf '%s\n' packaging web tidy conformance e2e
}

run_suite() {
    local command
    case $1 in
        packaging) suite packaging tests/golden/ffprobe_oracle.sh build/release/bin/media_test ;;
        web) suite web npm --prefix web run check ;;
        tidy) node_suite tidy tests/tidy ;;
        conformance) node_suite conformance tests/conformance ;;
        e2e) node_suite e2e tests/e2e ;;
        *)
            mapfile -t command < <(unit_command release "$1")
            suite "$1" "${command[@]}" "${doctest_pattern[@]}"
            ;;
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
    forget_results
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
    if [[ $(wc -w <<<"$chosen") -eq 1 ]]; then
        run_suite "$chosen"
        return 0
    fi
    for name in $chosen; do # the end-to-end tests share out the cores themselves
        [[ $name == e2e ]] || beside run_suite "$name"
    done
    end_besides
    ! grep -q -x e2e <<<"$chosen" || run_suite e2e
}
