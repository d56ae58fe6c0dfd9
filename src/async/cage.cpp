#include "async/cage.hpp"
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"

// The one place that knows what a sanitizer cannot bear. Both reserve terabytes of addresses, so
// there is no limit of the address space; both read files of /proc and write their reports, and
// ThreadSanitizer has a thread that sleeps, so those calls are allowed, and stderr stays. Sockets,
// processes and executable memory are forbidden in every build; tests run as release prove the
// rest.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SHOPCAST_CAGE_IS_WHOLE 0
#else
#define SHOPCAST_CAGE_IS_WHOLE 1
#endif

namespace shopcast::async {

const bool cage_is_whole = SHOPCAST_CAGE_IS_WHOLE != 0;

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
#error "say which system calls this processor has"
#endif

/// 32 bits of a call's arguments, and what they have to be.
struct Condition {
    enum class Kind { Equal, NoneOf };

    std::uint32_t offset;  ///< in seccomp_data
    Kind kind;
    std::uint32_t value;
};

constexpr std::uint32_t low_half(unsigned argument) {
    static_assert(std::endian::native == std::endian::little);
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * argument;
}
constexpr Condition is(unsigned argument, std::int64_t value) {
    return {low_half(argument), Condition::Kind::Equal, static_cast<std::uint32_t>(value)};
}
constexpr Condition has_none_of(unsigned argument, std::uint32_t bits) {
    return {low_half(argument), Condition::Kind::NoneOf, bits};
}
constexpr Condition upper_half_is_zero(unsigned argument) {
    return {low_half(argument) + 4, Condition::Kind::Equal, 0};
}

/// A call that is allowed when all conditions hold. One call may have several.
struct Rule {
    long call;
    std::vector<Condition> conditions;
};

/// What reading bytes, computing and answering takes.
std::vector<Rule> rules(int parent_fd) {
    std::vector<Rule> out{
        {SYS_read, {is(0, parent_fd)}},
        {SYS_sendto, {is(0, parent_fd), is(4, 0), upper_half_is_zero(4)}},
        // Memory, of no file and never executable.
        {SYS_brk, {}},
        {SYS_mmap, {has_none_of(2, PROT_EXEC), is(4, -1)}},
        {SYS_mprotect, {has_none_of(2, PROT_EXEC)}},
        {SYS_munmap, {}},
        {SYS_mremap, {}},
        {SYS_madvise, {}},
        {SYS_futex, {}},
        // What processors it has, what time it is: libraries ask.
        {SYS_sched_getaffinity, {}},
        {SYS_sched_yield, {}},
        {SYS_clock_gettime, {}},
        {SYS_gettimeofday, {}},
        {SYS_getrandom, {}},
        {SYS_restart_syscall, {}},
        // To end: exit(), and abort() of a broken invariant.
        {SYS_exit, {}},
        {SYS_exit_group, {}},
        {SYS_getpid, {}},
        {SYS_gettid, {}},
        {SYS_rt_sigprocmask, {is(0, SIG_UNBLOCK)}},
        {SYS_tgkill, {is(0, ::getpid()), is(2, SIGABRT)}},
    };
    if (cage_is_whole) return out;
    for (const long call : {
             SYS_read,        SYS_write,     SYS_writev,       SYS_openat,
             SYS_close,       SYS_fstat,     SYS_newfstatat,   SYS_lseek,
             SYS_readlinkat,  SYS_mincore,   SYS_rt_sigaction, SYS_rt_sigprocmask,
             SYS_sigaltstack, SYS_tgkill,    SYS_nanosleep,    SYS_clock_nanosleep,
             SYS_getrusage,   SYS_prlimit64, SYS_prctl,        SYS_uname,
             SYS_pipe2,
#if defined(__x86_64__)
             SYS_open,        SYS_stat,      SYS_readlink,     SYS_getrlimit,
             SYS_access,
#endif
         }) {
        out.push_back({call, {}});
    }
    return out;
}

using Program = std::vector<sock_filter>;

void load(Program& program, std::uint32_t offset) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}
void answer(Program& program, std::uint32_t action) {
    program.push_back(BPF_STMT(BPF_RET | BPF_K, action));
}

/// Falls through to what stands behind the rule unless all of it holds.
void add(Program& program, const Rule& rule) {
    // Two for each condition, and the answer.
    auto left = static_cast<std::uint8_t>(2 * rule.conditions.size() + 1);
    load(program, offsetof(seccomp_data, nr));
    program.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(rule.call), 0, left));
    for (const Condition& condition : rule.conditions) {
        left = static_cast<std::uint8_t>(left - 2);
        load(program, condition.offset);
        if (condition.kind == Condition::Kind::Equal) {
            program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, condition.value, 0, left));
        } else {
            program.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, condition.value, left, 0));
        }
    }
    answer(program, SECCOMP_RET_ALLOW);
}

Program program_of(const std::vector<Rule>& allowed) {
    Program program;
    load(program, offsetof(seccomp_data, arch));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
    answer(program, SECCOMP_RET_KILL_PROCESS);
    for (const Rule& rule : allowed) add(program, rule);
    // Also x32, whose numbers are those of x86-64 with one bit more: none of them is above.
    answer(program, SECCOMP_RET_KILL_PROCESS);
    return program;
}

Result<void> forbid_other_calls(int parent_fd) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return fail_errno("forbid new privileges", errno);
    }
    Program program = program_of(rules(parent_fd));
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                            .filter = program.data()};
    // A thread that some library has started is shut in as well.
    const long result = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                  static_cast<unsigned long>(SECCOMP_FILTER_FLAG_TSYNC), &filter);
    if (result < 0) return fail_errno("filter system calls", errno);
    if (result > 0) return fail(Errc::Io, "filter system calls: a thread stands in the way");
    return {};
}

Result<void> limit(__rlimit_resource what, rlim_t most) {
    const rlimit both{.rlim_cur = most, .rlim_max = most};
    if (::setrlimit(what, &both) != 0) return fail_errno("limit what a child takes", errno);
    return {};
}

/// Of the program with its libraries.
Result<std::uint64_t> address_space_bytes() {
    const DiskFile file("/proc/self/statm", O_RDONLY);
    if (file.fd() < 0) return fail_errno("open /proc/self/statm", errno);
    const std::string text = TRY(read_all(file.fd()));
    const auto pages = parse_int<std::uint64_t>(std::string_view(text).substr(0, text.find(' ')));
    if (!pages) return fail(Errc::Io, "/proc/self/statm has no number");
    return *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<void> silence() {
    const DiskFile nowhere("/dev/null", O_WRONLY);
    if (nowhere.fd() < 0 || ::dup2(nowhere.fd(), STDOUT_FILENO) < 0 ||
        ::dup2(nowhere.fd(), STDERR_FILENO) < 0) {
        return fail_errno("silence a child", errno);
    }
    return {};
}

}  // namespace

Result<void> enter_cage(const CageLimits& limits, int parent_fd) {
    if (cage_is_whole) {
        TRY_VOID(silence());
        const std::uint64_t own = TRY(address_space_bytes());
        TRY_VOID(limit(RLIMIT_AS, own + limits.memory_bytes_max));
    }
    for (const auto what : {RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_MEMLOCK}) {
        TRY_VOID(limit(what, 0));
    }
    // Those that are open stay so. A sanitizer reads /proc.
    if (cage_is_whole) TRY_VOID(limit(RLIMIT_NOFILE, 0));
    return forbid_other_calls(parent_fd);
}

}  // namespace shopcast::async
