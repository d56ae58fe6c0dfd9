#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace shopcast::live {

/// Which of several encoders that hold a channel's key publishes: the one that came last, because
/// the host who presses Start again after a crash must never wait for the old connection to die.
/// Two encoders that both reconnect by themselves would then throw each other out for ever; so an
/// address that was displaced is refused for a while, unless its successor has fallen silent.
/// Plain data over times that the caller gives; one thread.
class Takeover {
public:
    /// A sentence for the encoder when `address` may not publish now; nothing when it may.
    /// `silence` is how long the current encoder has sent no media; none: nobody publishes.
    std::optional<std::string> refusal(std::string_view address,
                                       std::optional<Milliseconds> silence, SteadyTime now) const;
    /// The encoder at `address` had to make place.
    void displaced(std::string_view address, SteadyTime now);

private:
    struct Displaced {
        std::string address;
        SteadyTime at;
    };
    std::vector<Displaced> displaced_;
};

}  // namespace shopcast::live
