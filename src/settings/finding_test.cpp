#include "settings/finding.hpp"
#include <sys/stat.h>

#include <doctest/doctest.h>

#include <fstream>

#include "base/testing.hpp"

using namespace shopcast::settings;

TEST_CASE("the gravest come first, the others as they were found") {
    Findings findings;
    findings.add_if(true, Severity::Low, "a", "", "");
    findings.add_if(false, Severity::High, "b", "", "");
    findings.add_if(true, Severity::High, "c", "", "");
    findings.add_if(true, Severity::Low, "d", "", "");
    const auto sorted = std::move(findings).sorted();
    REQUIRE(sorted.size() == 3);
    CHECK(sorted[0].code == "c");
    CHECK(sorted[1].code == "a");
    CHECK(sorted[2].code == "d");
}

TEST_CASE("a secret that others may read is found") {
    const shopcast::TemporaryFolder folder;
    const std::string path = folder.path / "key";
    std::ofstream(path) << "secret";
    const auto count = [&](unsigned mode) {
        ::chmod(path.c_str(), mode);
        Findings findings;
        findings.check_secret_file(path, "open_key");
        return std::move(findings).sorted().size();
    };
    CHECK(count(0600) == 0);
    CHECK(count(0640) == 1);
    CHECK(count(0604) == 1);
    CHECK(foreign_permissions("") == 0);
    CHECK(foreign_permissions(folder.path / "nothing") == 0);
}

TEST_CASE("an address that only this machine reaches is told from others") {
    for (const char* listen : {"127.0.0.1:80", "[::1]:80", "localhost:80", "unix:/run/a.sock"}) {
        CHECK(is_local(listen));
    }
    for (const char* listen : {"0.0.0.0:80", "[::]:80", "192.0.2.1:80"})
        CHECK_FALSE(is_local(listen));
}
