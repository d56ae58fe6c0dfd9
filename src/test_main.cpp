// Runs one program's test cases, and judges two things that doctest does not: a case that hangs is
// ended with its name, and a case that asserted nothing has failed.
#define DOCTEST_CONFIG_IMPLEMENT
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

/// How long one test case may take. SHOPCAST_TEST_SECONDS says it for all of them; one that is
/// known to be slow says it itself, with doctest::timeout.
constexpr unsigned case_seconds_max = 120;
/// By wall clock: a sanitizer beside a full build gets a fraction of a processor.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr unsigned times_slower = 5;
#else
constexpr unsigned times_slower = 1;
#endif
/// What a program that was aborted gets to report on itself.
constexpr unsigned report_seconds_max = 10;

/// A signal and no thread: a program of threads that forks, as tests/simulation does, may start no
/// other in its child under ThreadSanitizer; and timers are not inherited.
constexpr int late_signal = SIGUSR2;

// What the signal's handler says: made before, as a handler may not allocate.
std::array<char, 512> late_words;
std::size_t late_length = 0;

void end_late_case(int /*signal*/) {
    // The descriptor of a test's own pipe, or none, is no reason to stay alive.
    if (::write(STDERR_FILENO, late_words.data(), late_length) < 0) ::_exit(EXIT_FAILURE);
#if __has_feature(thread_sanitizer)
    ::signal(SIGABRT, SIG_DFL);  // it would tell of the handler that allocates instead
#endif
    std::abort();  // whose handler is doctest's: it closes with the counts
}

class Judge final : public doctest::IReporter {
public:
    explicit Judge(const doctest::ContextOptions& /*options*/) {
        struct sigaction action{};
        action.sa_handler = end_late_case;
        ::sigaction(late_signal, &action, nullptr);
        sigevent event{};
        event.sigev_notify = SIGEV_SIGNAL;
        event.sigev_signo = late_signal;
        ::timer_create(CLOCK_MONOTONIC, &event, &timer_);
    }

    void test_case_start(const doctest::TestCaseData& test) override {
        current_ = &test;
        const unsigned seconds = seconds_of(test);
        const int length = std::snprintf(late_words.data(), late_words.size(),
                                         "\ntest case \"%s\" did not end within %u s (%s:%u)\n",
                                         test.m_name, seconds, test.m_file.c_str(), test.m_line);
        late_length = std::min(static_cast<std::size_t>(length), late_words.size() - 1);
        allow(seconds);
    }
    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        allow(0);
        if (stats.numAssertsCurrentTest > 0 || stats.failure_flags != 0) return;
        std::printf("%s:%u: test case \"%s\" asserts nothing\n", current_->m_file.c_str(),
                    current_->m_line, current_->m_name);
        is_empty_seen = true;
    }

    void report_query(const doctest::QueryData& /*in*/) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats& /*stats*/) override {}
    void test_case_reenter(const doctest::TestCaseData& /*test*/) override {}
    void test_case_exception(const doctest::TestCaseException& /*exception*/) override {}
    void subcase_start(const doctest::SubcaseSignature& /*signature*/) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData& /*assertion*/) override {}
    void log_message(const doctest::MessageData& /*message*/) override {}
    void test_case_skipped(const doctest::TestCaseData& /*test*/) override {}

    static bool is_empty_seen;

private:
    static unsigned seconds_of(const doctest::TestCaseData& test) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): no test changes the environment
        if (const char* wanted = std::getenv("SHOPCAST_TEST_SECONDS"); wanted != nullptr) {
            unsigned seconds = 0;
            std::from_chars(wanted, wanted + std::strlen(wanted), seconds);
            if (seconds > 0) return seconds;
        }
        const auto own = static_cast<unsigned>(std::ceil(test.m_timeout));
        return times_slower * std::max(case_seconds_max, own);
    }
    /// From now on; 0: as long as it likes.
    void allow(unsigned seconds) const {
        const itimerspec late{.it_interval = {}, .it_value = {.tv_sec = seconds, .tv_nsec = 0}};
        ::timer_settime(timer_, 0, &late, nullptr);
        // The last resort needs no handler: a report of the abort that hangs as well, and a loop
        // without a call or an atomic, where ThreadSanitizer keeps signals back.
        ::alarm(seconds == 0 ? 0 : seconds + report_seconds_max);
    }

    timer_t timer_{};
    const doctest::TestCaseData* current_ = nullptr;
};

bool Judge::is_empty_seen = false;

REGISTER_LISTENER("judge", 1, Judge);

}  // namespace

int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    const int status = context.run();
    return Judge::is_empty_seen && status == EXIT_SUCCESS ? EXIT_FAILURE : status;
}
