#include "http/request.hpp"

namespace shopcast::http {

std::string_view Request::param(std::string_view name) const {
    for (std::size_t i = 0; i < params_count_; ++i) {
        if (params_[i].name == name) return params_[i].value;
    }
    return {};
}

std::optional<std::string> Request::query(std::string_view name) const {
    if (query_.empty()) return std::nullopt;
    return wire::query_value(query_, name);
}

}  // namespace shopcast::http
