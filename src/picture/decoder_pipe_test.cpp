#include "picture/decoder_pipe.hpp"

#include <doctest/doctest.h>

#include <string>

#include "picture/limits.hpp"

using namespace shopcast;
using namespace shopcast::picture;

namespace {

Bytes jpeg_of(std::size_t size) {
    std::string bytes(size, 'x');
    bytes.replace(0, 2, "\xFF\xD8");
    bytes.replace(size - 2, 2, "\xFF\xD9");
    return Bytes(std::move(bytes));
}

Errc refused(ByteSpan answer, std::size_t count = 1) {
    const auto stills = parse_stills(answer, count);
    REQUIRE_FALSE(stills);
    return stills.error().code;
}

}  // namespace

TEST_CASE("orders arrive as they were given") {
    const ByteVector stills = write_order(StillsOrder{{160, 960}, as_bytes("picture")});
    const auto first = parse_order(stills);
    REQUIRE(first);
    CHECK(std::get<StillsOrder>(*first).widths == std::vector<std::uint32_t>{160, 960});
    CHECK(as_text(std::get<StillsOrder>(*first).upload) == "picture");
    const ByteVector poster = write_order(PosterOrder{as_bytes("record"), as_bytes("unit")});
    const auto second = parse_order(poster);
    REQUIRE(second);
    CHECK(as_text(std::get<PosterOrder>(*second).avc_record) == "record");
    CHECK(as_text(std::get<PosterOrder>(*second).access_unit) == "unit");
}

TEST_CASE("half an order is none") {
    const ByteVector stills = write_order(StillsOrder{{160, 960}, {}});
    const ByteVector poster = write_order(PosterOrder{as_bytes("record"), {}});
    for (const ByteVector& whole : {stills, poster}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CHECK_FALSE(parse_order(ByteSpan(whole).first(size)));
        }
    }
    CHECK_FALSE(parse_order(as_bytes("X")));
    const ByteVector many = write_order(StillsOrder{{1, 2, 3, 4}, {}});
    CHECK_FALSE(parse_order(many));
}

TEST_CASE("pictures arrive as they were drawn") {
    const Stills drawn{.size = {24, 16}, .jpegs = {jpeg_of(10), jpeg_of(4)}};
    const auto arrived = parse_stills(write_answer(drawn), 2);
    REQUIRE(arrived);
    CHECK(arrived->size == drawn.size);
    CHECK(arrived->jpegs == drawn.jpegs);
    const auto poster = parse_poster(write_answer(Stills{.size = {}, .jpegs = {jpeg_of(10)}}));
    REQUIRE(poster);
    CHECK(*poster == jpeg_of(10));
}

TEST_CASE("an error arrives with its words, as far as they can be printed") {
    const auto arrived = [](Errc code, std::string words) {
        const Result<Stills> failed = fail(code, std::move(words));
        return parse_stills(write_answer(failed), 1).error();
    };
    CHECK(arrived(Errc::TooLarge, "too large").code == Errc::TooLarge);
    CHECK(arrived(Errc::TooLarge, "too large").message == "too large");
    CHECK(arrived(Errc::Unsupported, "a\nb\x1b\xff").message == "a?b??");
    CHECK(arrived(Errc::Malformed, std::string(500, 'x')).message.size() ==
          limits::decoder_words_max);
    // Not what a decoder may say: whoever has taken it over could have somebody sign in again.
    CHECK(arrived(Errc::Unauthorized, "x").code == Errc::Internal);
}

TEST_CASE("what is not an answer to the question is none") {
    const auto answer = [](const Stills& stills) { return write_answer(stills); };
    const Stills good{.size = {24, 16}, .jpegs = {jpeg_of(10)}};
    CHECK(refused(answer(good), 2) == Errc::Internal);
    ByteVector longer = answer(good);
    longer.push_back(std::byte{0});
    CHECK(refused(longer) == Errc::Internal);
    for (std::size_t size = 0; size < longer.size() - 1; ++size) {
        CHECK(refused(ByteSpan(longer).first(size)) == Errc::Internal);
    }
    CHECK(refused(answer({.size = {24, 16}, .jpegs = {Bytes(std::string("<svg/>"))}})) ==
          Errc::Internal);
    for (const Size size : {Size{0, 16}, Size{24, 0}, Size{25'001, 16}, Size{8000, 8000}}) {
        CHECK(refused(answer({.size = size, .jpegs = {jpeg_of(10)}})) == Errc::Internal);
    }
    const std::size_t too_many = limits::still_jpeg_bytes_max + 1;
    CHECK(refused(answer({.size = {24, 16}, .jpegs = {jpeg_of(too_many)}})) == Errc::Internal);
    const auto poster = write_answer(Stills{{}, {jpeg_of(limits::poster_bytes_max + 1)}});
    CHECK(parse_poster(poster).error().code == Errc::Internal);
    CHECK(refused(as_bytes("E\x7F words")) == Errc::Internal);
}
