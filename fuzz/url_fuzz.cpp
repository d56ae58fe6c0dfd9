#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "wire/url.hpp"

using namespace shopcast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view in(reinterpret_cast<const char*>(data), size);
    const wire::Target target = wire::split_target(in);
    const auto path = wire::normalize_path(target.path);
    if (wire::is_plain_path(target.path)) ENSURE(path && *path == target.path);
    if (path) {
        // Nothing that names another folder is left.
        const std::string closed = *path + "/";
        ENSURE(path->starts_with('/') && !path->contains("//") && !closed.contains("/../"));
        ENSURE(!closed.contains("/./") && !path->contains('\0') && !path->contains('\\'));
    }
    const auto again = wire::percent_decode(wire::percent_encode(in));
    ENSURE(again && *again == in);
    wire::query_value(in, "a");
    wire::query_value(target.query, "_HLS_msn");
    return 0;
}
