#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::people {

/// SHA-256 of a random secret (session, API token, one-time link). They have 160 bits and more, so
/// a plain hash is enough at rest: there is no dictionary to try. Finding a secret by its hash also
/// takes a time that says nothing about other secrets.
using SecretHash = std::array<std::byte, 32>;

SecretHash hash_of(std::string_view secret);
/// Errors: Malformed when the column is damaged.
Result<SecretHash> secret_hash_from(ByteSpan column);

/// For unordered containers: the hash is uniform already.
struct SecretHashHash {
    std::size_t operator()(const SecretHash& hash) const;
};

}  // namespace shopcast::people
