#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/result.hpp"
#include "wire/limits.hpp"

namespace shopcast::wire {

struct Amf0Value;

struct Amf0Null {
    friend bool operator==(const Amf0Null&, const Amf0Null&) = default;
};
/// Also stands for what carries nothing here: references (0x07) and "unsupported" (0x0D).
struct Amf0Undefined {
    friend bool operator==(const Amf0Undefined&, const Amf0Undefined&) = default;
};
/// Milliseconds since 1970; the zone is reserved and read as is (AMF0, 2.13).
struct Amf0Date {
    double unix_ms = 0;
    friend bool operator==(const Amf0Date&, const Amf0Date&) = default;
};

/// An anonymous object, a typed one (its class name is dropped) or an ECMA array. Property order is
/// kept; a name may occur twice and the first one counts.
struct Amf0Object {
    std::vector<std::pair<std::string, Amf0Value>> properties;
    bool is_ecma_array = false;

    const Amf0Value* find(std::string_view name) const;
    std::optional<double> number(std::string_view name) const;
    std::optional<std::string_view> text(std::string_view name) const;
    bool operator==(const Amf0Object& other) const;
};
struct Amf0Array {
    std::vector<Amf0Value> elements;
    bool operator==(const Amf0Array& other) const;
};

/// One value of Action Message Format 0 (Adobe, "AMF 0", 2007). Strings and long strings are one.
struct Amf0Value {
    using Variant = std::variant<Amf0Null, Amf0Undefined, double, bool, std::string, Amf0Date,
                                 Amf0Object, Amf0Array>;
    Variant data;

    Amf0Value() = default;
    Amf0Value(Amf0Undefined v) : data(v) {}                  // NOLINT
    Amf0Value(double v) : data(v) {}                         // NOLINT
    Amf0Value(bool v) : data(v) {}                           // NOLINT
    Amf0Value(std::string v) : data(std::move(v)) {}         // NOLINT
    Amf0Value(std::string_view v) : data(std::string(v)) {}  // NOLINT
    Amf0Value(const char* v) : data(std::string(v)) {}       // NOLINT
    Amf0Value(Amf0Date v) : data(v) {}                       // NOLINT
    Amf0Value(Amf0Object v) : data(std::move(v)) {}          // NOLINT
    Amf0Value(Amf0Array v) : data(std::move(v)) {}           // NOLINT

    static Amf0Value object(std::initializer_list<std::pair<std::string, Amf0Value>> properties);
    static Amf0Value ecma_array(
        std::initializer_list<std::pair<std::string, Amf0Value>> properties);

    std::optional<double> as_number() const;
    std::optional<std::string_view> as_text() const;
    const Amf0Object* as_object() const { return std::get_if<Amf0Object>(&data); }
    const Amf0Array* as_array() const { return std::get_if<Amf0Array>(&data); }

    bool operator==(const Amf0Value& other) const;
};

/// Reads every value of `in`, as encoders write them rather than as the specification wishes: an
/// ECMA array ends at its end marker whatever count it announced, an object or array may lack its
/// end when the bytes end, and undecodable bytes after the first value are ignored.
///
/// Errors: Malformed (the first value is unreadable, or `in` is empty), TooLarge (deeper than
/// limits::amf0_depth_max or more than limits::amf0_elements_max values).
Result<std::vector<Amf0Value>> decode_amf0(ByteSpan in);

void encode_amf0(ByteWriter& out, const Amf0Value& value);

}  // namespace shopcast::wire
