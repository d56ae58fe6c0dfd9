#include <doctest/doctest.h>

#include "base/text.hpp"
#include "show/channel.hpp"
#include "show/viewers.hpp"

using namespace shopcast;
using namespace shopcast::show;
using namespace std::chrono_literals;

TEST_CASE("channel names are what an address can carry") {
    CHECK(check_channel_name("studio-1"));
    CHECK(check_channel_name(std::string(63, 'a')));
    for (const char* name : {"", "-a", "A", "a_b", "a/b", "..", "s"}) {
        CHECK_MESSAGE(!check_channel_name(name), name);
    }
    CHECK_FALSE(check_channel_name(std::string(64, 'a')));
}

TEST_CASE("stream keys are long, random and hashed with SHA-256") {
    SeededRandom random(1);
    const std::string key = new_stream_key(random);
    CHECK(key.size() == 37);
    CHECK(key.starts_with("live_"));
    CHECK(key != new_stream_key(random));
    // FIPS 180-2, appendix B.1
    CHECK(to_hex(hash_of("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a viewer counts for thirty seconds after its last report") {
    Viewers viewers;
    const SteadyTime start = SteadyTime{} + 1h;
    viewers.seen("aaaaaaaaaaaaaaaa", start);
    viewers.seen("bbbbbbbbbbbbbbbb", start + 10s);
    viewers.seen("aaaaaaaaaaaaaaaa", start + 10s);
    CHECK(viewers.count(start + 11s) == 2);
    viewers.seen("aaaaaaaaaaaaaaaa", start + 35s);
    CHECK(viewers.count(start + 42s) == 1);
    CHECK(viewers.count(start + 70s) == 0);
}

TEST_CASE("viewer ids are plain and bounded") {
    CHECK(Viewers::is_viewer_id("abcDEF012_-abcdef"));
    CHECK_FALSE(Viewers::is_viewer_id("short"));
    CHECK_FALSE(Viewers::is_viewer_id("has a space in it....."));
    CHECK_FALSE(Viewers::is_viewer_id(std::string(65, 'a')));
}
