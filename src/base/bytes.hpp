#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shopcast {

using ByteSpan = std::span<const std::byte>;
using ByteVector = std::vector<std::byte>;

inline ByteSpan as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view as_text(ByteSpan bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// An immutable, reference-counted slice of bytes. Copies and slices are cheap and share the
/// block; the content never changes, so a Bytes may be read from any thread.
class Bytes {
public:
    Bytes() = default;
    explicit Bytes(ByteVector content);
    explicit Bytes(std::string content);
    static Bytes copy_of(ByteSpan content) {
        return Bytes(ByteVector(content.begin(), content.end()));
    }

    /// Refers to bytes that live as long as the program (embedded files, literals).
    static Bytes of_static(ByteSpan content);

    std::size_t size() const { return view_.size(); }
    bool empty() const { return view_.empty(); }
    ByteSpan span() const { return view_; }
    std::string_view text() const { return as_text(view_); }
    operator ByteSpan() const { return view_; }  // NOLINT(google-explicit-constructor)

    /// REQUIRES: offset + length <= size().
    Bytes slice(std::size_t offset, std::size_t length) const;

    friend bool operator==(const Bytes& a, const Bytes& b) { return a.text() == b.text(); }

private:
    std::shared_ptr<const void> block_;
    ByteSpan view_;
};

}  // namespace shopcast
