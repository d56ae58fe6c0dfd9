// N viewers of low-latency streams in one process. See viewer.hpp for how they behave; prints JSON
// lines: "ready" when all have arrived, "done" with every figure at the end.
//
// usage: bench_live_viewers ADDRESS CHANNEL[,CHANNEL...] MODE VIEWERS SECONDS [STAY_SECONDS]
//        MODE is idle, playlist, bodies, hint or bare

#include <cstdio>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "swarm.hpp"

using namespace shopcast;

namespace {

std::optional<bench::Mode> parse_mode(std::string_view name) {
    using enum bench::Mode;
    if (name == "idle") return Idle;
    if (name == "playlist") return Playlist;
    if (name == "bodies") return Bodies;
    if (name == "hint") return Hint;
    if (name == "bare") return Bare;
    return std::nullopt;
}

std::optional<bench::SwarmOptions> parse_arguments(int argc, char** argv) {
    if (argc < 6 || argc > 7) return std::nullopt;
    const auto server = bench::parse_address(argv[1]);
    const auto mode = parse_mode(argv[3]);
    const auto viewers = parse_int<std::uint32_t>(argv[4]);
    const auto seconds = parse_int<std::uint32_t>(argv[5]);
    const auto stay = argc == 7 ? parse_int<std::uint32_t>(argv[6]) : 0;
    if (!server || !mode || !viewers || *viewers == 0 || !seconds || !stay) return std::nullopt;
    bench::SwarmOptions options{.server = *server, .mode = *mode, .viewers = *viewers};
    for (const std::string_view channel : split(argv[2], ','))
        options.channels.emplace_back(channel);
    options.seconds = *seconds;
    options.stay_seconds = *stay;
    // Connecting is not what is measured: 2,500 a second leaves a server its breath.
    options.connect_seconds = *viewers / 2500.0;
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse_arguments(argc, argv);
    if (!options) {
        std::fputs(
            "usage: bench_live_viewers ADDRESS CHANNEL[,CHANNEL...] idle|playlist|bodies|hint|"
            "bare VIEWERS SECONDS [STAY_SECONDS]\n",
            stderr);
        return 2;
    }
    bench::raise_descriptor_limit();
    bench::Swarm swarm(*options);
    swarm.run();
    swarm.print();
}
