#include "tests_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace shopcast {

std::filesystem::path tests_folder() {
    return SHOPCAST_TESTS;
}

std::string test_upload(const std::string& name) {
    const auto folder = tests_folder().parent_path() / "fuzz/corpus/still_jpegs";
    std::ifstream file(folder / name, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    REQUIRE_FALSE(bytes.empty());
    return bytes;
}

}  // namespace shopcast
