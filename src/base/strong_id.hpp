#pragma once

#include <compare>
#include <functional>

namespace shopcast {

/// An identity that cannot be mixed up with another or calculated with:
/// `struct EpochId : StrongId<EpochId, std::uint32_t> { using StrongId::StrongId; };`
template <typename Tag, typename Value>
struct StrongId {
    Value value{};

    constexpr StrongId() = default;
    constexpr explicit StrongId(Value v) : value(std::move(v)) {}

    friend auto operator<=>(const StrongId&, const StrongId&) = default;
    friend bool operator==(const StrongId&, const StrongId&) = default;
};

/// Hash for unordered containers keyed by a StrongId: `std::unordered_map<StreamId, X, IdHash>`.
struct IdHash {
    template <typename Id>
    std::size_t operator()(const Id& id) const {
        return std::hash<decltype(id.value)>{}(id.value);
    }
};

}  // namespace shopcast
