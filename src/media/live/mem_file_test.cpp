#include "media/live/mem_file.hpp"
#include <signal.h>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

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

TEST_CASE("a region takes whole pages, and gives back no page of its neighbours") {
    auto file = *MemFile::create();
    CHECK(file->resident_bytes() == 0);
    std::vector<Slice> slices;
    const std::size_t lengths[] = {4096, 1, 4097, 4096};
    const std::uint64_t begins[] = {0, 4096, 8192, 16'384};
    for (std::size_t i = 0; i < 4; ++i) {
        auto region = file->begin_region();
        CHECK(region->begin() == begins[i]);
        slices.push_back(
            append(*file, region, std::string(lengths[i], static_cast<char>('a' + i))));
    }
    CHECK(file->resident_bytes() == 5 * 4096);
    slices[2] = {};
    CHECK(file->resident_bytes() == 3 * 4096);
    CHECK(read(slices[0]) == std::string(4096, 'a'));
    CHECK(read(slices[1]) == "b");
    CHECK(read(slices[3]) == std::string(4096, 'd'));
    slices[1] = {};
    CHECK(file->resident_bytes() == 2 * 4096);
}

TEST_CASE("as many pieces as one system call takes, one more and one less") {
    for (const std::size_t count : {1U, 511U, 512U, 513U, 1024U}) {
        auto file = *MemFile::create();
        auto region = file->begin_region();
        const std::string one = "0123456789";
        std::vector<ByteSpan> pieces;
        std::string all;
        for (std::size_t i = 0; i < count; ++i) {
            pieces.push_back(as_bytes(one).subspan(i % 10));
            all += one.substr(i % 10);
        }
        auto slice = file->append(region, pieces);
        REQUIRE(slice);
        CHECK(slice->offset == 0);
        CHECK(slice->length == all.size());
        CHECK(read(*slice) == all);
        CHECK(file->append(region, {})->empty());
    }
}

TEST_CASE("pieces without bytes are none, even when there is no other") {
    auto file = *MemFile::create();
    auto region = file->begin_region();
    const ByteSpan nothing[] = {{}, {}};
    const auto empty = file->append(region, nothing);
    REQUIRE(empty);
    CHECK(empty->empty());
    CHECK(read(*empty) == "");
    CHECK(read({}) == "");
    CHECK(read(append(*file, region, "moof")) == "moof");
}

TEST_CASE("a slice beyond the file's end cannot be read") {
    auto file = *MemFile::create();
    auto region = file->begin_region();
    Slice slice = append(*file, region, "text");
    ++slice.length;
    const auto refused = slice.read();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Io);
}

TEST_CASE("memory that the system refuses costs that slice alone") {
    auto file = *MemFile::create();
    auto region = file->begin_region();
    const Slice before = append(*file, region, "before");
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
    const ByteSpan pieces[] = {as_bytes("ab"), as_bytes("cd"), as_bytes("efgh")};
    for (const bool room : {true, false}) {
        const rlimit little{.rlim_cur = room ? 10U : 6U, .rlim_max = usual.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &little) == 0);
        const auto refused = file->append(region, pieces);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &usual) == 0);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::Io);
        CHECK(refused.error().message.contains(room ? "takes no more bytes" : "write to the"));
    }
    ::signal(SIGXFSZ, SIG_DFL);
    const Slice after = append(*file, region, "after");
    CHECK(after.offset == before.offset + before.length);
    CHECK(read(before) == "before");
    CHECK(read(after) == "after");
}

TEST_CASE("without a descriptor there is no file, and that is said") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto file = MemFile::create();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(file);
    CHECK(file.error().message.contains("create a live memory file"));
}
