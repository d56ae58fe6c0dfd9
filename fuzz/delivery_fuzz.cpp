#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "media/live/delivery.hpp"

// Query strings and media names come from strangers: every one gets an answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    using namespace shopcast::media;
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    StreamSnapshot stream;
    stream.target_duration = Milliseconds{4000};
    stream.part_target = Milliseconds{505};
    stream.ready = true;
    RenditionSnapshot& rendition = stream.renditions.emplace_back();
    rendition.name = "src";
    rendition.next_msn = 7;
    rendition.hint = Hint{.epoch = EpochId(0), .msn = 7, .part = 0};
    if (const auto directives = parse_directives(text)) {
        ENSURE(!directives->part || directives->msn);
        (void)decide_playlist(stream, "src", *directives, {});
    }
    const MediaDecision decision = decide_media(stream, "src", text, {});
    ENSURE(std::holds_alternative<Block>(decision) == (text == "0-7.0.m4s"));
    return 0;
}
