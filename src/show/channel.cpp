#include "show/channel.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace shopcast::show {

std::string new_stream_key(Random& random) {
    return "live_" + random_token(random, 20);
}

StreamKeyHash hash_of(std::string_view stream_key) {
    StreamKeyHash hash;
    ::SHA256(reinterpret_cast<const unsigned char*>(stream_key.data()), stream_key.size(),
             reinterpret_cast<unsigned char*>(hash.data()));
    return hash;
}

Result<void> check_channel_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const bool well_formed =
        !name.empty() && name.size() <= 63 && plain(name.front()) &&
        std::ranges::all_of(name, [&](char c) { return plain(c) || c == '-'; });
    if (!well_formed) {
        return fail(Errc::Config,
                    "a channel name has 1 to 63 of the characters a-z, 0-9 and '-', and starts "
                    "with a letter or digit");
    }
    if (name == "s")
        return fail(Errc::Config, "the channel name \"s\" is reserved; choose another");
    return {};
}

Result<void> check_channel_title(std::string_view title) {
    if (title.empty() || title.size() > 200) {
        return fail(Errc::Config, "a channel title has 1 to 200 bytes");
    }
    if (std::ranges::any_of(title, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
        return fail(Errc::Config, "a channel title has no control characters");
    }
    return {};
}

}  // namespace shopcast::show
