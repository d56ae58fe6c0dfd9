#include "ingest/rtmp_answers.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace shopcast::ingest {
namespace {

using wire::Amf0Array;
using wire::Amf0Object;
using wire::Amf0Undefined;
using wire::Amf0Value;

// Enhanced RTMP v2, "Enhancing NetConnection connect Command".
constexpr double can_forward = 4;        // FourCcInfoMask: we store and pass on, and never decode
constexpr double caps_reconnect = 0x01;  // CapsExMask
constexpr double caps_mod_ex = 0x04;
constexpr double caps_nano_offset = 0x08;

void add_enhanced(const Amf0Object& asked, Amf0Object& answer) {
    constexpr std::array<std::string_view, 4> signs = {"fourCcList", "videoFourCcInfoMap",
                                                       "audioFourCcInfoMap", "capsEx"};
    const bool speaks_it = std::ranges::any_of(
        signs, [&asked](std::string_view sign) { return asked.find(sign) != nullptr; });
    if (!speaks_it) return;
    answer.properties.emplace_back("fourCcList", Amf0Array{{"avc1", "mp4a"}});
    answer.properties.emplace_back("videoFourCcInfoMap",
                                   Amf0Value::object({{"avc1", can_forward}}));
    answer.properties.emplace_back("audioFourCcInfoMap",
                                   Amf0Value::object({{"mp4a", can_forward}}));
    answer.properties.emplace_back("capsEx", caps_reconnect + caps_mod_ex + caps_nano_offset);
}

std::string_view without_query(std::string_view text) {
    return text.substr(0, text.find('?'));
}

std::string_view last_component(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte =
            text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
        if (byte && byte->size() == 1) {
            out.push_back(static_cast<char>((*byte)[0]));
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

}  // namespace

wire::RtmpCommand connect_result(const wire::RtmpCommand& connect) {
    const Amf0Object none;
    const Amf0Object* asked = connect.argument(0).as_object();
    if (asked == nullptr) asked = &none;
    // The version string and the capabilities are Flash Media Server's: encoders look at them.
    Amf0Object properties{
        .properties = {{"fmsVer", "FMS/3,5,7,7009"}, {"capabilities", 31.0}, {"mode", 1.0}}};
    Amf0Object information{
        .properties = {{"level", "status"},
                       {"code", "NetConnection.Connect.Success"},
                       {"description", "Connection succeeded."},
                       {"objectEncoding", asked->number("objectEncoding").value_or(0)}}};
    // Implementations look in either object.
    add_enhanced(*asked, properties);
    add_enhanced(*asked, information);
    return {.name = "_result",
            .transaction_id = connect.transaction_id,
            .arguments = {std::move(properties), std::move(information)}};
}

bool takes_reconnect_requests(const wire::RtmpCommand& connect) {
    const Amf0Object* asked = connect.argument(0).as_object();
    const double caps = asked == nullptr ? 0 : asked->number("capsEx").value_or(0);
    return caps >= 0 && caps <= 255 && (static_cast<unsigned>(caps) & 1U) != 0;
}

wire::RtmpCommand reconnect_request(std::string_view words) {
    return on_status(false, "NetConnection.Connect.ReconnectRequest", words);
}

wire::RtmpCommand connect_rejected(double transaction_id, std::string_view words) {
    return {
        .name = "_error",
        .transaction_id = transaction_id,
        .arguments = {Amf0Value(), Amf0Value::object({{"level", "error"},
                                                      {"code", "NetConnection.Connect.Rejected"},
                                                      {"description", words}})}};
}

wire::RtmpCommand result(double transaction_id, Amf0Value value) {
    return {.name = "_result",
            .transaction_id = transaction_id,
            .arguments = {Amf0Value(), std::move(value)}};
}

wire::RtmpCommand on_status(bool is_error, std::string_view code, std::string_view words) {
    return {.name = "onStatus",
            .transaction_id = 0,
            .arguments = {Amf0Value(), Amf0Value::object({{"level", is_error ? "error" : "status"},
                                                          {"code", code},
                                                          {"description", words}})}};
}

wire::RtmpCommand on_fc(std::string_view name, std::string_view code) {
    return {
        .name = std::string(name),
        .transaction_id = 0,
        .arguments = {Amf0Value(), Amf0Value::object({{"code", code}, {"description", "Done."}})}};
}

std::string_view app_of(std::string_view app) {
    while (app.starts_with('/')) app.remove_prefix(1);
    return app.substr(0, app.find_first_of("/?"));
}

std::string stream_key_of(std::string_view app, std::string_view publish_name) {
    std::string_view name = last_component(without_query(publish_name));
    if (name.empty()) {
        std::string_view path = without_query(app);
        while (path.starts_with('/')) path.remove_prefix(1);
        const std::size_t slash = path.find('/');
        name = slash == std::string_view::npos ? "" : last_component(path.substr(slash + 1));
    }
    return percent_decoded(name);
}

std::string printable(std::string_view text) {
    constexpr std::size_t length_max = 64;
    std::string out(text.substr(0, length_max));
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

}  // namespace shopcast::ingest
