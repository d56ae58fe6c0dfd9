#include "http/request.hpp"

namespace shopcast::http {

bool Request::take_target(std::string& storage) {
    const wire::Target target = wire::split_target(head_->target);
    query_ = target.query;
    if (wire::is_plain_path(target.path) || target.path == "*") {
        path_ = target.path;
        return true;
    }
    auto path = wire::normalize_path(target.path);
    if (!path) return false;
    storage = std::move(*path);
    path_ = storage;
    return true;
}

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
