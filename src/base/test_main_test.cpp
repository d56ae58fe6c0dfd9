// What src/test_main.cpp judges, seen from outside: this program runs itself.
#include <stdio.h>
#include <sys/wait.h>

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <future>
#include <string>

namespace {

struct Run {
    std::string output;
    int status = 0;
};

/// Runs one of the skipped cases below, which get a second.
Run run_case(const std::string& name) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    const std::string command = "ulimit -c 0; SHOPCAST_TEST_SECONDS=1 '" + self +
                                "' --no-skip --test-case='" + name + "' 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Run run;
    std::array<char, 4096> buffer;
    while (std::size_t count = ::fread(buffer.data(), 1, buffer.size(), pipe)) {
        run.output.append(buffer.data(), count);
    }
    run.status = ::pclose(pipe);
    return run;
}

}  // namespace

TEST_CASE("hangs on purpose" * doctest::skip()) {
    std::promise<void> never;
    never.get_future().wait();
    CHECK(false);
}

TEST_CASE("asserts nothing on purpose" * doctest::skip()) {}

TEST_CASE("a test case that hangs ends its program, with its name") {
    const Run run = run_case("hangs on purpose");
    CAPTURE(run.output);
    CHECK(run.status != 0);
    CHECK(run.output.contains("test case \"hangs on purpose\" did not end within 1 s"));
}

TEST_CASE("a test case that asserts nothing fails its program") {
    const Run run = run_case("asserts nothing on purpose");
    CAPTURE(run.output);
    REQUIRE(WIFEXITED(run.status));
    CHECK(WEXITSTATUS(run.status) == 1);
    CHECK(run.output.contains("test case \"asserts nothing on purpose\" asserts nothing"));
}
