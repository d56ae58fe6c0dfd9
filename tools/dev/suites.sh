# shellcheck shell=bash
# Runs test programs of several kinds and adds up what their closing lines count.

passed_sum=0 failed_sum=0 failed_suites=()

# counts_of LOG STATUS -> "PASSED FAILED". Understands doctest, node's runner, Vitest and the plain
# "N passed, N failed"; anything else is one test that its exit status decides. A program that says
# that all passed and exits with an error has crashed on its way out: one failure.
counts_of() {
    sed -E 's/\x1b\[[0-9;]*[A-Za-z]//g' "$1" | awk -v status="$2" '
        /^\[doctest\] test cases:/ {
            gsub(/[^0-9|]/, ""); split($0, n, "|"); passed += n[2]; failed += n[3]; seen = 1
        }
        /^[^a-z]+ pass [0-9]+$/ { passed += $3; seen = 1 }
        /^[^a-z]+ (fail|cancelled) [0-9]+$/ { failed += $3; seen = 1 }
        /^ +Tests +.*\([0-9]+\)$/ {
            for (i = 2; i <= NF; i++) {
                if ($i == "passed") passed += $(i - 1)
                if ($i == "failed") failed += $(i - 1)
            }
            seen = 1
        }
        /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; seen = 1 }
        END {
            if (!seen && status == 0) passed = 1
            if (status != 0 && failed == 0) failed = 1
            print passed + 0, failed + 0
        }'
}

# suite NAME COMMAND...: streams the output and takes its counts into the sums.
suite() {
    local name=$1 log status=0 counts
    log=$logs/suite-${name//[^a-z0-9-]/-}.log
    shift
    mkdir -p "$logs"
    step "Testing $name"
    SECONDS=0
    "$@" </dev/null 2>&1 | tee "$log" || status=$?
    read -r -a counts < <(counts_of "$log" "$status")
    passed_sum=$((passed_sum + counts[0]))
    failed_sum=$((failed_sum + counts[1]))
    if [[ ${counts[1]} -gt 0 ]]; then
        failed_suites+=("$name (${log#"$root"/})")
        note "${red}$name: ${counts[1]} failed${plain}, ${counts[0]} passed, in $SECONDS s"
    else
        note "${green}$name: ${counts[0]} passed${plain} in $SECONDS s"
    fi
}

# The one closing line. Exits with an error when anything failed, or when nothing ran.
close_with_counts() {
    local one
    for one in "${failed_suites[@]}"; do
        note "failed: $one"
    done
    if [[ $((passed_sum + failed_sum)) -eq 0 ]]; then
        fail "no test ran" "./dev test without a filter runs them all"
    fi
    printf '%d passed, %d failed\n' "$passed_sum" "$failed_sum"
    [[ $failed_sum -eq 0 ]] || exit 1
}
