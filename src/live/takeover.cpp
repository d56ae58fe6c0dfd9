#include "live/takeover.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "live/limits.hpp"

namespace shopcast::live {

std::optional<std::string> Takeover::refusal(std::string_view address,
                                             std::optional<Milliseconds> silence,
                                             SteadyTime now) const {
    if (!silence || *silence > limits::takeover_silence) return std::nullopt;
    const auto found = std::ranges::find(displaced_, address, &Displaced::address);
    if (found == displaced_.end()) return std::nullopt;
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - found->at);
    if (since >= limits::takeover_refused_for) return std::nullopt;
    return fmt::format(
        "Another encoder took this channel over {} s ago and is sending. Stop that one first, or "
        "try again in {} s.",
        since.count(), (limits::takeover_refused_for - since).count());
}

void Takeover::displaced(std::string_view address, SteadyTime now) {
    std::erase_if(displaced_, [&](const Displaced& one) {
        return one.address == address || now - one.at >= limits::takeover_refused_for;
    });
    // One a minute is displaced at most by each address, so only an attack fills this.
    if (displaced_.size() == limits::takeover_addresses_max) displaced_.erase(displaced_.begin());
    displaced_.push_back({std::string(address), now});
}

}  // namespace shopcast::live
