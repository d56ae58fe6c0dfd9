#include "people/principal.hpp"

#include <array>

#include "base/text.hpp"

namespace shopcast::people {
namespace {

constexpr std::array every_scope{Scope::Read, Scope::Channels, Scope::Streams, Scope::Accounts,
                                 Scope::Audit};

}  // namespace

std::string_view to_string(Scope scope) {
    switch (scope) {
        case Scope::Read: return "read";
        case Scope::Channels: return "channels";
        case Scope::Streams: return "streams";
        case Scope::Accounts: return "accounts";
        case Scope::Audit: return "audit";
    }
    return "";
}

std::optional<Scope> scope_from(std::string_view text) {
    for (const Scope scope : every_scope) {
        if (text == to_string(scope)) return scope;
    }
    return std::nullopt;
}

std::vector<Scope> Scopes::list() const {
    std::vector<Scope> scopes;
    for (const Scope scope : every_scope) {
        if (has(scope)) scopes.push_back(scope);
    }
    return scopes;
}

std::string Scopes::to_text() const {
    std::string text;
    for (const Scope scope : list()) {
        if (!text.empty()) text += ' ';
        text += to_string(scope);
    }
    return text;
}

Scopes Scopes::from_text(std::string_view text) {
    Scopes scopes;
    for (const std::string_view word : split(text, ' ')) {
        if (const auto scope = scope_from(word)) scopes.add(*scope);
    }
    return scopes;
}

}  // namespace shopcast::people
