#include "media/mem_file.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace shopcast;
using namespace shopcast::media;

namespace {

Slice append(MemFile& file, const std::shared_ptr<MemRegion>& region, const std::string& text) {
    const ByteSpan pieces[] = {as_bytes(text)};
    auto slice = file.append(region, pieces);
    REQUIRE(slice);
    return *slice;
}

std::string read(const Slice& slice) {
    auto bytes = slice.read();
    REQUIRE(bytes);
    return std::string(as_text(*bytes));
}

}  // namespace

TEST_CASE("slices of a region follow one another and read back what was written") {
    auto file = *MemFile::create();
    auto region = file->begin_region();
    const Slice a = append(*file, region, "moof");
    const Slice b = append(*file, region, "mdat!");
    CHECK(read(a) == "moof");
    CHECK(read(b) == "mdat!");
    CHECK(b.offset == a.offset + a.length);
    CHECK(read({.region = region, .offset = a.offset, .length = a.length + b.length}) ==
          "moofmdat!");
}

TEST_CASE("gather writes keep the order over more pieces than one system call takes") {
    auto file = *MemFile::create();
    auto region = file->begin_region();
    std::vector<std::string> texts;
    std::string all;
    for (int i = 0; i < 1500; ++i) {
        texts.push_back(i % 7 == 0 ? "" : std::to_string(i));
        all += texts.back();
    }
    std::vector<ByteSpan> pieces;
    for (const auto& text : texts) pieces.push_back(as_bytes(text));
    auto slice = file->append(region, pieces);
    REQUIRE(slice);
    CHECK(read(*slice) == all);
}

TEST_CASE("regions begin on pages, at offsets never used before") {
    auto file = *MemFile::create();
    std::uint64_t last_end = 0;
    for (int i = 0; i < 10; ++i) {
        auto region = file->begin_region();
        CHECK(region->begin() % 4096 == 0);
        CHECK(region->begin() >= last_end);
        const Slice slice = append(*file, region, std::string(5000, 'x'));
        last_end = slice.offset + slice.length;
    }
}

TEST_CASE("the last reference of a segment gives its memory back and leaves its neighbours") {
    auto file = *MemFile::create();
    auto first = file->begin_region();
    Slice kept = append(*file, first, std::string(100'000, 'a'));
    first.reset();
    auto second = file->begin_region();
    const Slice neighbour = append(*file, second, std::string(100'000, 'b'));
    const std::uint64_t both = file->resident_bytes();
    CHECK(both >= 200'000);

    Slice copy = kept;
    kept = {};
    CHECK(file->resident_bytes() == both);
    CHECK(read(copy) == std::string(100'000, 'a'));
    copy = {};
    CHECK(file->resident_bytes() <= both - 100'000);
    CHECK(read(neighbour) == std::string(100'000, 'b'));
}

TEST_CASE("slices outlive the file's owner") {
    auto file = *MemFile::create();
    Slice slice = append(*file, file->begin_region(), "still here");
    file.reset();
    CHECK(read(slice) == "still here");
}
