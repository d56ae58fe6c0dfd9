# shellcheck shell=bash
# Runs test programs of several kinds, adds up what their closing lines count, and says what each
# took beside its budget.

# A suite that takes longer hangs: it is stopped, with all that it started, and has failed.
suite_seconds_max=1500

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

# One line a suite: NAME PASSED FAILED CPU-SECONDS SECONDS LOG. Suites run in several shells at once.
results() { printf '%s/results.tsv' "$logs"; }

forget_results() {
    mkdir -p "$logs"
    : >"$(results)"
}

# Sets cpu_seconds to what this shell's children have taken so far. `times` counts those of the shell
# that calls it, so it stands in no pipe.
read_cpu_seconds() {
    local file=$logs/times.$BASHPID
    times >"$file"
    cpu_seconds=$(awk 'NR == 2 { gsub(/[ms]/, " "); print $1 * 60 + $2 + $3 * 60 + $4 }' "$file")
    rm -f "$file"
}

# Ends a process group: asks, and insists after two seconds.
stop_group() {
    local tries
    kill -TERM -- "-$1" 2>/dev/null || return 0
    for ((tries = 0; tries < 20; tries++)); do
        sleep 0.1
        kill -0 -- "-$1" 2>/dev/null || return 0
    done
    kill -KILL -- "-$1" 2>/dev/null || true
}

# bounded SECONDS COMMAND...: in a process group of its own, which ends with the command, with its
# time, or with this shell.
bounded() {
    local seconds=$1 status=0 job watch
    shift
    set -m
    "$@" </dev/null &
    job=$!
    { sleep "$seconds"; echo "it did not end within $seconds s: stopped"; stop_group "$job"; } &
    watch=$!
    set +m
    # shellcheck disable=SC2064  # the groups as they are now
    trap "stop_group $job; kill -KILL -- -$watch 2>/dev/null || true" EXIT
    wait "$job" || status=$?
    return "$status"
}

# suite NAME COMMAND...: streams the output and keeps its counts and what it took.
suite() {
    local name=$1 log status=0 counts cpu_seconds cpu_before started=$EPOCHSECONDS seconds
    log=$logs/suite-${name//[^a-z0-9-]/-}.log
    shift
    mkdir -p "$logs"
    step "Testing $name"
    read_cpu_seconds
    cpu_before=$cpu_seconds
    bounded "$suite_seconds_max" "$@" 2>&1 | tee "$log" || status=$?
    read_cpu_seconds
    seconds=$((EPOCHSECONDS - started))
    read -r -a counts < <(counts_of "$log" "$status")
    cpu_seconds=$(awk -v after="$cpu_seconds" -v before="$cpu_before" 'BEGIN { printf "%.1f", after - before }')
    # One write a line: suites beside each other end in the same moment.
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "${counts[@]}" "$cpu_seconds" "$seconds" "${log#"$root"/}" >>"$(results)"
    if [[ ${counts[1]} -gt 0 ]]; then
        note "${red}$name: ${counts[1]} failed${plain}, ${counts[0]} passed, in $seconds s"
    else
        note "${green}$name: ${counts[0]} passed${plain} in $seconds s, $cpu_seconds s of CPU"
    fi
}

# beside COMMAND...: runs it in the background once a core is free, and shows its output whole.
besides=()
beside() {
    local job running
    while [[ ${#besides[@]} -ge $(nproc) ]]; do
        wait -n "${besides[@]}" || true
        running=()
        for job in "${besides[@]}"; do
            ! kill -0 "$job" 2>/dev/null || running+=("$job")
        done
        besides=("${running[@]}")
    done
    { said=$("$@" 2>&1) || true; printf '%s\n' "$said"; } &
    besides+=("$!")
}

# Waits for what `beside` began, and for nothing else that this shell has running.
end_besides() {
    [[ ${#besides[@]} -eq 0 ]] || wait "${besides[@]}" || true
    besides=()
}

# budget_of SUITE: its CPU-seconds by the table in docs/HACKING.md, whose first fitting row counts.
budget_of() {
    local pattern seconds
    while read -r pattern seconds; do
        # shellcheck disable=SC2053  # a pattern
        if [[ $1 == $pattern ]]; then
            printf '%s' "$seconds"
            return 0
        fi
    done < <(awk -F '[|`]' '/^## Budgets/ { inside = 1; next } /^## / { inside = 0 }
        inside && /^\| `/ { print $3, $5 + 0 }' docs/HACKING.md)
}

# What each suite took beside its budget. Machines differ: an overrun is told and fails nothing.
print_budgets() {
    local name passed failed cpu seconds log budget
    printf '%-24s %8s %8s %8s\n' suite CPU-s budget seconds
    while IFS=$'\t' read -r name passed failed cpu seconds log; do
        budget=$(budget_of "$name")
        printf '%-24s %8s %8s %8s%s\n' "$name" "$cpu" "${budget:-none}" "$seconds" \
            "$(awk -v cpu="$cpu" -v budget="${budget:-0}" 'BEGIN { if (cpu > budget) print "  over its budget" }')"
    done < <(sort -t $'\t' -k 4,4nr "$(results)")
}

# failures_of LOG: what failed and why, short enough to stand at the end of a long output: node's own
# list of it, doctest's errors, a sanitizer's report; where none of them is found, how it ended.
failures_of() {
    local found
    found=$(sed -E 's/\x1b\[[0-9;]*[A-Za-z]//g' "$1" | awk '
        /failing tests:$/ { listed = 1; next }
        /^--- / { listed = 0; left = 0 }
        listed && /^ *\342\234\226 / { left = 12 } # the cross before a name
        /^TEST CASE:/ { name = $0 }
        /: (FATAL )?ERROR: / { if (name != "") print name; name = ""; left = 6 }
        /(ERROR|WARNING): [A-Za-z]*Sanitizer|: runtime error: / { left = 20 }
        left > 0 { print; left -= 1 }' | head -n 80)
    [[ -n $found ]] || found=$(tail -n 15 "$1")
    printf '%s\n' "$found"
}

# The one closing line. Exits with an error when anything failed, or when nothing ran.
close_with_counts() {
    local name passed failed cpu seconds log passed_sum=0 failed_sum=0
    while IFS=$'\t' read -r name passed failed cpu seconds log; do
        passed_sum=$((passed_sum + passed))
        failed_sum=$((failed_sum + failed))
        [[ $failed -eq 0 ]] || { note "failed: $name ($log)"; failures_of "$log"; }
    done < <(cat "$(results)" 2>/dev/null)
    if [[ $((passed_sum + failed_sum)) -eq 0 ]]; then
        fail "no test ran" "./dev test without a filter runs them all"
    fi
    printf '%d passed, %d failed\n' "$passed_sum" "$failed_sum"
    [[ $failed_sum -eq 0 ]] || exit 1
}
