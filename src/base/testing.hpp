#pragma once

#include <stdlib.h>

#include <filesystem>

/// For tests only.
namespace shopcast {

/// A folder that goes away with the test.
struct TemporaryFolder {
    TemporaryFolder() {
        char name[] = "/tmp/shopcast-test-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path path;
};

}  // namespace shopcast
