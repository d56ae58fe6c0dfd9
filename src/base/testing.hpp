#pragma once

#include <stdlib.h>

#include <filesystem>

#include "base/clock.hpp"

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

/// Stands still until it is moved. Of one thread.
struct StoppedClock final : Clock {
    SteadyTime steady() const override { return SteadyTime{} + passed; }
    WallTime wall() const override { return WallTime{} + passed; }
    Milliseconds passed{3'600'000};
};

}  // namespace shopcast
