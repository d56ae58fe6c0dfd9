#pragma once

#include <string_view>

namespace shopcast::http {

/// The best encoding for an Accept-Encoding header among those there are (RFC 9110, 12.5.3);
/// Identity where the client names none of the others.
enum class Encoding { Identity, Gzip, Brotli };
struct EncodingChoice {
    bool gzip = false;
    bool brotli = false;
};
Encoding negotiate_encoding(std::string_view accept_encoding, EncodingChoice available);
std::string_view to_string(Encoding encoding);

}  // namespace shopcast::http
