#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace shopcast::show {

/// SHA-256 of a stream key. A key has 160 random bits, so a plain hash is enough at rest: there is
/// no dictionary to try.
using StreamKeyHash = std::array<std::byte, 32>;

/// A place that a host publishes to; it has one stream key and carries at most one live stream.
struct Channel {
    std::string name;   ///< [a-z0-9][a-z0-9-]{0,62}; part of its address for ever.
    std::string title;  ///< What viewers read; any UTF-8, at most 200 bytes.
    StreamKeyHash stream_key_hash;
    WallTime created_at;
    WallTime key_changed_at;  ///< When the present key was made.
    std::string shop;         ///< Whose it is, for good.
};

/// A new key: "live_" and 32 base32 characters (160 bits). Shown once, then only its hash is kept.
std::string new_stream_key(Random& random);
StreamKeyHash hash_of(std::string_view stream_key);

/// Errors: Config, with the rule in words.
Result<void> check_channel_name(std::string_view name);
Result<void> check_channel_title(std::string_view title);

}  // namespace shopcast::show
