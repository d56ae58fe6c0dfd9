#include "base/bytes.hpp"

#include "base/check.hpp"

namespace shopcast {

Bytes::Bytes(ByteVector content) {
    auto block = std::make_shared<const ByteVector>(std::move(content));
    view_ = *block;
    block_ = std::move(block);
}

Bytes::Bytes(std::string content) {
    auto block = std::make_shared<const std::string>(std::move(content));
    view_ = as_bytes(*block);
    block_ = std::move(block);
}

Bytes Bytes::of_static(ByteSpan content) {
    Bytes result;
    result.view_ = content;
    return result;
}

Bytes Bytes::slice(std::size_t offset, std::size_t length) const {
    ENSURE(offset <= size() && length <= size() - offset);
    Bytes result;
    result.block_ = block_;
    result.view_ = view_.subspan(offset, length);
    return result;
}

}  // namespace shopcast
