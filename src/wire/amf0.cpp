#include "wire/amf0.hpp"

#include <bit>
#include <cstdint>

#include "wire/limits.hpp"

namespace shopcast::wire {
namespace {

enum Marker : std::uint8_t {
    Number = 0x00,
    Boolean = 0x01,
    String = 0x02,
    Object = 0x03,
    Null = 0x05,
    Undefined = 0x06,
    Reference = 0x07,
    EcmaArray = 0x08,
    ObjectEnd = 0x09,
    StrictArray = 0x0A,
    Date = 0x0B,
    LongString = 0x0C,
    Unsupported = 0x0D,
    XmlDocument = 0x0F,
    TypedObject = 0x10,
};

class Decoder {
public:
    explicit Decoder(ByteSpan in) : in_(in) {}

    bool done() const { return in_.done(); }
    Result<Amf0Value> value(int depth);

private:
    Result<std::string> text(std::size_t length) {
        const ByteSpan content = TRY(in_.bytes(length));
        return std::string(as_text(content));
    }
    Result<std::string> short_text() {
        const std::uint16_t length = TRY(in_.u16());
        return text(length);
    }
    Result<std::string> long_text() {
        const std::uint32_t length = TRY(in_.u32());
        return text(length);
    }
    Result<Amf0Value> properties(int depth, bool is_ecma_array);
    Result<Amf0Value> strict_array(int depth);
    Result<Amf0Value> date();

    ByteReader in_;
    std::size_t values_read_ = 0;
};

Result<Amf0Value> Decoder::value(int depth) {
    if (depth > limits::amf0_depth_max) return fail(Errc::TooLarge, "AMF0 nests too deeply");
    if (++values_read_ > limits::amf0_elements_max) {
        return fail(Errc::TooLarge, "an AMF0 message has too many values");
    }
    switch (TRY(in_.u8())) {
        case Number: return Amf0Value(std::bit_cast<double>(TRY(in_.u64())));
        case Boolean: return Amf0Value(TRY(in_.u8()) != 0);
        case String: return Amf0Value(TRY(short_text()));
        case XmlDocument:
        case LongString: return Amf0Value(TRY(long_text()));
        case Null: return Amf0Value();
        case Unsupported:
        case Undefined: return Amf0Value(Amf0Undefined{});
        case Reference: TRY_VOID(in_.skip(2)); return Amf0Value(Amf0Undefined{});
        case Object: return properties(depth, false);
        // "It is a 32-bit count" (2.10), which encoders get wrong: only the end marker counts.
        case EcmaArray: TRY_VOID(in_.skip(4)); return properties(depth, true);
        case TypedObject: TRY_VOID(short_text()); return properties(depth, false);
        case StrictArray: return strict_array(depth);
        case Date: return date();
        default: return fail(Errc::Malformed, "unknown AMF0 type marker");
    }
}

Result<Amf0Value> Decoder::properties(int depth, bool is_ecma_array) {
    Amf0Object out;
    out.is_ecma_array = is_ecma_array;
    while (!in_.done()) {
        const ByteSpan rest = in_.rest();
        auto name = short_text();
        if (!name) break;  // cut off: some encoders leave the end marker out
        if (name->empty() && !in_.done() && in_.rest()[0] == std::byte{ObjectEnd}) {
            TRY_VOID(in_.skip(1));
            break;
        }
        auto property = value(depth + 1);
        if (!property) {
            if (property.error().code == Errc::TooLarge) return property;
            // Without a readable property the rest belongs to nobody.
            in_ = ByteReader(rest.last(0));
            break;
        }
        out.properties.emplace_back(*std::move(name), *std::move(property));
    }
    return Amf0Value(std::move(out));
}

Result<Amf0Value> Decoder::strict_array(int depth) {
    Amf0Array out;
    const std::uint32_t count = TRY(in_.u32());
    for (std::uint32_t i = 0; i < count && !in_.done(); ++i) {
        out.elements.push_back(TRY(value(depth + 1)));
    }
    return Amf0Value(std::move(out));
}

Result<Amf0Value> Decoder::date() {
    const Amf0Date out{std::bit_cast<double>(TRY(in_.u64()))};
    TRY_VOID(in_.skip(2));
    return Amf0Value(out);
}

struct Encoder {
    ByteWriter& out;

    void name(std::string_view text) const {
        const std::string_view fitting = text.substr(0, 0xFFFF);
        out.u16(static_cast<std::uint16_t>(fitting.size()));
        out.text(fitting);
    }
    void operator()(const Amf0Null&) const { out.u8(Null); }
    void operator()(const Amf0Undefined&) const { out.u8(Undefined); }
    void operator()(double v) const {
        out.u8(Number);
        out.u64(std::bit_cast<std::uint64_t>(v));
    }
    void operator()(bool v) const {
        out.u8(Boolean);
        out.u8(v ? 1 : 0);
    }
    void operator()(const std::string& v) const {
        if (v.size() <= 0xFFFF) {
            out.u8(String);
            name(v);
        } else {
            out.u8(LongString);
            out.u32(static_cast<std::uint32_t>(v.size()));
            out.text(v);
        }
    }
    void operator()(const Amf0Date& v) const {
        out.u8(Date);
        out.u64(std::bit_cast<std::uint64_t>(v.unix_ms));
        out.u16(0);
    }
    void operator()(const Amf0Object& v) const {
        out.u8(v.is_ecma_array ? EcmaArray : Object);
        if (v.is_ecma_array) out.u32(static_cast<std::uint32_t>(v.properties.size()));
        for (const auto& [key, property] : v.properties) {
            name(key);
            encode_amf0(out, property);
        }
        out.u24(ObjectEnd);
    }
    void operator()(const Amf0Array& v) const {
        out.u8(StrictArray);
        out.u32(static_cast<std::uint32_t>(v.elements.size()));
        for (const Amf0Value& element : v.elements) encode_amf0(out, element);
    }
};

}  // namespace

bool Amf0Object::operator==(const Amf0Object& other) const {
    return is_ecma_array == other.is_ecma_array && properties == other.properties;
}
bool Amf0Array::operator==(const Amf0Array& other) const {
    return elements == other.elements;
}
bool Amf0Value::operator==(const Amf0Value& other) const {
    return data == other.data;
}

const Amf0Value* Amf0Object::find(std::string_view name) const {
    for (const auto& [key, property] : properties) {
        if (key == name) return &property;
    }
    return nullptr;
}

std::optional<double> Amf0Object::number(std::string_view name) const {
    const Amf0Value* property = find(name);
    return property == nullptr ? std::nullopt : property->as_number();
}

std::optional<std::string_view> Amf0Object::text(std::string_view name) const {
    const Amf0Value* property = find(name);
    return property == nullptr ? std::nullopt : property->as_text();
}

Amf0Value Amf0Value::object(std::initializer_list<std::pair<std::string, Amf0Value>> properties) {
    return Amf0Object{.properties = properties};
}

Amf0Value Amf0Value::ecma_array(
    std::initializer_list<std::pair<std::string, Amf0Value>> properties) {
    return Amf0Object{.properties = properties, .is_ecma_array = true};
}

std::optional<double> Amf0Value::as_number() const {
    const double* v = std::get_if<double>(&data);
    return v == nullptr ? std::nullopt : std::optional(*v);
}

std::optional<std::string_view> Amf0Value::as_text() const {
    const std::string* v = std::get_if<std::string>(&data);
    return v == nullptr ? std::nullopt : std::optional<std::string_view>(*v);
}

Result<std::vector<Amf0Value>> decode_amf0(ByteSpan in) {
    Decoder decoder(in);
    std::vector<Amf0Value> out;
    do {
        auto value = decoder.value(1);
        if (!value) {
            if (out.empty() || value.error().code == Errc::TooLarge) {
                return std::unexpected(std::move(value).error());
            }
            break;
        }
        out.push_back(*std::move(value));
    } while (!decoder.done());
    return out;
}

void encode_amf0(ByteWriter& out, const Amf0Value& value) {
    std::visit(Encoder{out}, value.data);
}

}  // namespace shopcast::wire
