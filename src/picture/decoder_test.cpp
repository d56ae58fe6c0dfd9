#include "picture/decoder.hpp"
#include <sched.h>

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <future>
#include <string>

#include "async/testing.hpp"
#include "base/text.hpp"
#include "picture/decoder_pipe.hpp"
#include "picture/keyframe_jpeg.hpp"
#include "picture/limits.hpp"
#include "tests_folder.hpp"

using namespace shopcast;
using namespace shopcast::picture;

namespace {

constexpr std::array<std::uint32_t, 2> widths{12, 160};

struct Keyframe {
    ByteVector record;
    ByteVector unit;
};

/// tests/golden/keyframes.mjs says how they are made.
Keyframe keyframe_of(const std::string& name) {
    std::ifstream file(tests_folder() / "golden/keyframes" / (name + ".txt"));
    Keyframe out;
    for (std::string word, hex; file >> word >> hex;) {
        (word == "record" ? out.record : out.unit) = from_hex(hex).value();
    }
    REQUIRE_FALSE(out.unit.empty());
    return out;
}

std::vector<std::string> as(std::string test_case) {
    return {"--no-skip", "--minimal", "--test-case=" + std::move(test_case)};
}

ByteVector bytes_of(std::string_view text) {
    const ByteSpan bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

/// A decoder that somebody has taken over: what it does is what it was sent.
ByteVector obey_stranger(ByteSpan message) {
    const auto order = parse_order(message);
    const std::string_view wish = as_text(std::get<StillsOrder>(*order).upload);
    if (wish == "die") std::abort();
    while (wish == "hang") ::sched_yield();
    if (wish == "say too much") return ByteVector(decoder_limits().answer_bytes_max + 1);
    return bytes_of(wish);
}

}  // namespace

TEST_CASE("this program as its own decoder" * doctest::skip()) {
    answer_as_decoder();
}

TEST_CASE("this program as a decoder that is taken over" * doctest::skip()) {
    async::answer_parent(obey_stranger, decoder_limits());
}

TEST_CASE("a child draws what its parent would, whatever the format") {
    Decoder decoder(as("this program as its own decoder"));
    for (const char* name :
         {"jpeg", "jpeg_turned", "png", "png_palette", "png_transparent", "webp"}) {
        CAPTURE(name);
        const std::string upload = test_upload(name);
        const auto here = still_jpegs(as_bytes(upload), widths);
        const auto there = decoder.still_jpegs(as_bytes(upload), widths);
        REQUIRE(here);
        REQUIRE_MESSAGE(there.has_value(), there.error().message);
        CHECK(there->size == here->size);
        CHECK(there->jpegs == here->jpegs);
    }
}

TEST_CASE("a child draws the posters that its parent would") {
    Decoder decoder(as("this program as its own decoder"));
    for (const char* name : {"hd_bt709", "portrait", "ten_bit"}) {
        CAPTURE(name);
        const Keyframe keyframe = keyframe_of(name);
        const auto here = keyframe_jpeg(keyframe.record, keyframe.unit);
        const auto there = decoder.keyframe_jpeg(keyframe.record, keyframe.unit);
        REQUIRE(here);
        REQUIRE_MESSAGE(there.has_value(), there.error().message);
        CHECK(*there == *here);
    }
}

TEST_CASE("what is no picture is refused in the words of the child") {
    Decoder decoder(as("this program as its own decoder"));
    const auto refused = decoder.still_jpegs(as_bytes("GIF89a"), widths);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unsupported);
    CHECK(refused.error().message == still_jpegs(as_bytes("GIF89a"), widths).error().message);
    const auto no_keyframe = decoder.keyframe_jpeg({}, as_bytes("nothing"));
    REQUIRE_FALSE(no_keyframe);
    CHECK(no_keyframe.error().code == Errc::Malformed);
    const ByteVector large(limits::picture_upload_bytes_max + 1);
    CHECK(decoder.still_jpegs(large, widths).error().code == Errc::TooLarge);
}

TEST_CASE("whatever a decoder that is taken over does, it is an error of that picture") {
    Decoder decoder(as("this program as a decoder that is taken over"));
    const auto outcome_of = [&](std::string_view wish) {
        return decoder.still_jpegs(as_bytes(wish), widths).error().code;
    };
    CHECK(outcome_of("die") == Errc::Malformed);
    CHECK(outcome_of("rubbish") == Errc::Internal);
    CHECK(outcome_of("say too much") == Errc::Internal);
    CHECK(outcome_of("") == Errc::Internal);
    Stills good{.size = {12, 8}, .jpegs = {Bytes(std::string("\xFF\xD8 \xFF\xD9"))}};
    good.jpegs.push_back(good.jpegs.front());
    const ByteVector answer = write_answer(good);
    const auto stills = decoder.still_jpegs(answer, widths);
    REQUIRE(stills);
    CHECK(stills->jpegs.size() == 2);
}

TEST_CASE("who waits for a decoder that stops is told so, and who comes later") {
    Decoder decoder(as("this program as a decoder that is taken over"));
    auto waiting = std::async(std::launch::async,
                              [&decoder] { return decoder.still_jpegs(as_bytes("hang"), widths); });
    // It is at work as soon as it is there; stopping it earlier is as good.
    decoder.stop();
    const auto cut = async::value_of(std::move(waiting), "an answer");
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Errc::Closed);
    CHECK(decoder.still_jpegs(as_bytes("rubbish"), widths).error().code == Errc::Closed);
}
