#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace shopcast::wire {

/// `content` as one gzip member (RFC 1952), made for speed: small texts that are rendered often.
ByteVector gzip(ByteSpan content);

/// The content of one gzip member. Errors: Malformed; TooLarge (> bytes_max).
Result<ByteVector> gunzip(ByteSpan compressed, std::size_t bytes_max);

}  // namespace shopcast::wire
