#include "media/live/snapshot.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace shopcast::media;

namespace {

std::shared_ptr<const Segment> segment(std::uint64_t msn) {
    Segment out;
    out.msn = msn;
    return std::make_shared<const Segment>(std::move(out));
}

}  // namespace

TEST_CASE("segments are found by their number, from the oldest kept to the one in progress") {
    RenditionSnapshot rendition;
    CHECK(rendition.find(0) == nullptr);
    for (const std::uint64_t msn : {5U, 6U, 7U}) rendition.segments.push_back(segment(msn));
    rendition.next_msn = 8;
    CHECK(rendition.find(4) == nullptr);
    for (const std::uint64_t msn : {5U, 6U, 7U}) {
        REQUIRE(rendition.find(msn) != nullptr);
        CHECK(rendition.find(msn)->msn == msn);
    }
    CHECK(rendition.find(8) == nullptr);
    rendition.open = segment(8);
    CHECK(rendition.find(8) == rendition.open.get());
    CHECK(rendition.find(9) == nullptr);
    CHECK(rendition.find(7)->msn == 7);
}

TEST_CASE("renditions are found by name") {
    StreamSnapshot stream;
    stream.renditions.resize(2);
    stream.renditions[0].name = "src";
    stream.renditions[1].name = "720p";
    CHECK(stream.find("src") == &stream.renditions[0]);
    CHECK(stream.find("720p") == &stream.renditions[1]);
    CHECK(stream.find("1080p") == nullptr);
    CHECK_FALSE(stream.ended());
    stream.ended_at = WallTime{};
    CHECK(stream.ended());
}

TEST_CASE("a text that is not there is empty in both encodings") {
    const Text none;
    CHECK(none.empty());
    CHECK(none.plain().empty());
    CHECK(none.gzip().empty());
    const Text some("text");
    CHECK_FALSE(some.empty());
    CHECK(some.plain().text() == "text");
    CHECK_FALSE(some.gzip().empty());
}

TEST_CASE("a segment ends where it began and what it lasts") {
    Segment one;
    one.start = 100;
    one.duration = 30;
    CHECK(one.end() == 130);
}
