#include "http/encoding.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace shopcast::http {
namespace {

/// What a list of codings says about one: weights are thousandths (RFC 9110, 12.4.2).
constexpr int unmentioned = -1;
constexpr int weight_max = 1000;

/// "q=0.5" as 500; a malformed weight counts as 0, "not acceptable".
int parse_weight(std::string_view parameter) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !iequals(trim(parameter.substr(0, equals)), "q")) {
        return weight_max;
    }
    const std::string_view number = trim(parameter.substr(equals + 1));
    if (number.empty() || number.size() > 5 || (number[0] != '0' && number[0] != '1')) return 0;
    if (number.size() > 1 && number[1] != '.') return 0;
    int weight = (number[0] - '0') * weight_max;
    int unit = weight_max / 10;
    for (const char c : number.substr(std::min<std::size_t>(2, number.size()))) {
        if (c < '0' || c > '9') return 0;
        weight += (c - '0') * unit;
        unit /= 10;
    }
    return std::min(weight, weight_max);
}

struct Weights {
    int gzip = unmentioned;
    int brotli = unmentioned;
    int identity = unmentioned;
    int any = unmentioned;
};

Weights parse_weights(std::string_view list) {
    Weights out;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view element = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
        const std::size_t semicolon = element.find(';');
        const std::string_view coding = trim(element.substr(0, semicolon));
        const int weight = semicolon == std::string_view::npos
                               ? weight_max
                               : parse_weight(element.substr(semicolon + 1));
        if (iequals(coding, "gzip") || iequals(coding, "x-gzip")) {
            out.gzip = weight;
        } else if (iequals(coding, "br")) {
            out.brotli = weight;
        } else if (iequals(coding, "identity")) {
            out.identity = weight;
        } else if (coding == "*") {
            out.any = weight;
        }
    }
    return out;
}

}  // namespace

Encoding negotiate_encoding(std::string_view accept_encoding, EncodingChoice available) {
    if (accept_encoding.empty()) return Encoding::Identity;
    const Weights weights = parse_weights(accept_encoding);
    const auto weight_of = [&weights](int named) {
        return named == unmentioned ? std::max(weights.any, 0) : named;
    };
    const int gzip = available.gzip ? weight_of(weights.gzip) : 0;
    const int brotli = available.brotli ? weight_of(weights.brotli) : 0;
    // Identity wins only where the client weighs it higher by name; on equal weights the smaller
    // body does.
    const int identity = std::max(weights.identity, 0);
    if (brotli > 0 && brotli >= gzip && brotli >= identity) return Encoding::Brotli;
    if (gzip > 0 && gzip >= identity) return Encoding::Gzip;
    return Encoding::Identity;
}

std::string_view to_string(Encoding encoding) {
    switch (encoding) {
        case Encoding::Gzip: return "gzip";
        case Encoding::Brotli: return "br";
        case Encoding::Identity: break;
    }
    return "identity";
}

}  // namespace shopcast::http
