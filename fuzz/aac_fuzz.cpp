#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "wire/aac.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace shopcast;
    const Bytes in = Bytes::copy_of(std::as_bytes(std::span(data, size)));
    if (const auto config = wire::AudioSpecificConfig::parse(in)) {
        ENSURE(config->sample_rate >= 1000 && config->sample_rate <= 192'000);
        ENSURE(config->channels > 0);
        ENSURE(config->samples_per_frame == 1024 || config->samples_per_frame == 960);
        ENSURE(config->codec().starts_with("mp4a.40."));
    }
    ENSURE(wire::without_adts(in).size() <= in.size());
    return 0;
}
