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
    viewers.seen("aaaaaaaaaaaaaaaa", "192.0.2.1", start);
    viewers.seen("bbbbbbbbbbbbbbbb", "192.0.2.1", start + 10s);
    viewers.seen("aaaaaaaaaaaaaaaa", "192.0.2.1", start + 10s);
    CHECK(viewers.count(start + 11s) == 2);
    viewers.seen("aaaaaaaaaaaaaaaa", "192.0.2.1", start + 35s);
    CHECK(viewers.count(start + 42s) == 1);
    CHECK(viewers.count(start + 70s) == 0);
}

TEST_CASE("an address is so many viewers and no more, whatever ids it sends") {
    Viewers viewers;
    const SteadyTime start = SteadyTime{} + 1h;
    for (std::size_t i = 0; i < limits::viewers_per_address_max + 100; ++i) {
        viewers.seen(std::to_string(i), "192.0.2.1", start);
    }
    CHECK(viewers.count(start) == limits::viewers_per_address_max);
    viewers.seen("other", "192.0.2.2", start);
    CHECK(viewers.count(start) == limits::viewers_per_address_max + 1);
    // Those that are counted go on being so, and make room when they leave.
    viewers.seen("7", "192.0.2.1", start + 20s);
    CHECK(viewers.count(start + 32s) == 1);
    viewers.seen("new", "192.0.2.1", start + 32s);
    CHECK(viewers.count(start + 32s) == 2);
}

TEST_CASE("viewer ids are plain and bounded") {
    CHECK(Viewers::is_viewer_id("abcDEF012_-abcdef"));
    CHECK_FALSE(Viewers::is_viewer_id("short"));
    CHECK_FALSE(Viewers::is_viewer_id("has a space in it....."));
    CHECK_FALSE(Viewers::is_viewer_id(std::string(65, 'a')));
}
