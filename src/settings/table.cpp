#include "settings/table.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/text.hpp"

namespace shopcast::settings {
namespace {

std::unexpected<Error> problem(std::string_view file, const toml::node& node, std::string text) {
    return fail(Errc::Config, fmt::format("{}, line {}: {}", file, node.source().begin.line, text));
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    const std::string_view nearest = nearest_word(word, known);
    return nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest);
}

/// What is in a list, up to the first element that is no text, which is given as well.
std::pair<std::vector<std::string>, const toml::node*> texts_in(const toml::array& array) {
    std::vector<std::string> texts;
    for (const toml::node& element : array) {
        const auto text = element.value_exact<std::string>();
        if (!text) return {std::move(texts), &element};
        texts.push_back(*text);
    }
    return {std::move(texts), nullptr};
}

/// Nothing: of a type that no single setting has.
std::optional<Value> value_in(const toml::node& node) {
    if (auto text = node.value_exact<std::string>()) return *std::move(text);
    if (const auto number = node.value_exact<std::int64_t>()) return *number;
    if (const auto flag = node.value_exact<bool>()) return *flag;
    return std::nullopt;
}

/// What the node holds, for the setting `key` to take.
Result<void> hand_over(const toml::node& node, std::string_view key,
                       const std::function<std::string(const Value&)>& take,
                       std::string_view file) {
    std::optional<Value> value = value_in(node);
    const toml::node* blamed = &node;
    if (const toml::array* array = node.as_array()) {
        auto [texts, odd] = texts_in(*array);
        if (odd == nullptr) value = std::move(texts);
        if (odd != nullptr) blamed = odd;
    }
    // No setting takes a nothing-at-all; each says what it wants instead.
    const std::string wants = take(value.value_or(Value(std::int64_t{-1})));
    if (wants.empty()) return {};
    return problem(file, *blamed, fmt::format("{} wants {}", key, wants));
}

}  // namespace

void Table::put(std::string_view key, std::string_view help,
                std::function<std::string(const Value&)> take,
                std::function<std::string()> written) {
    settings_.push_back({.section = section_,
                         .key = std::string(key),
                         .help = std::string(help),
                         .take = std::move(take),
                         .written = std::move(written)});
}

void Table::add(std::string_view key, std::string& into, std::string_view help) {
    const auto take = [&into](const Value& value) -> std::string {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr) return "\"text\"";
        into = *text;
        return {};
    };
    put(key, help, take, [&into] { return fmt::format("\"{}\"", into); });
}

void Table::add(std::string_view key, bool& into, std::string_view help) {
    const auto take = [&into](const Value& value) -> std::string {
        const auto* flag = std::get_if<bool>(&value);
        if (flag == nullptr) return "true or false";
        into = *flag;
        return {};
    };
    put(key, help, take, [&into] { return std::string(into ? "true" : "false"); });
}

void Table::add(std::string_view key, std::vector<std::string>& into, std::string_view help) {
    const auto take = [&into](const Value& value) -> std::string {
        const auto* texts = std::get_if<std::vector<std::string>>(&value);
        if (texts == nullptr) return "a list: [\"text\", \"text\"]";
        into = *texts;
        return {};
    };
    put(key, help, take, [&into] {
        return into.empty() ? std::string("[]")
                            : fmt::format("[\"{}\"]", fmt::join(into, "\", \""));
    });
}

void Table::add_number(std::string_view key, std::function<void(std::int64_t)> set,
                       std::function<std::int64_t()> get, std::int64_t least, std::int64_t most,
                       std::string_view help) {
    const auto take = [set = std::move(set), least, most](const Value& value) -> std::string {
        const auto* number = std::get_if<std::int64_t>(&value);
        if (number == nullptr || *number < least || *number > most) {
            return fmt::format("a whole number from {} to {}", least, most);
        }
        set(*number);
        return {};
    };
    put(key, help, take, [get = std::move(get)] { return fmt::format("{}", get()); });
}

void Table::add_word(std::string_view key, const std::vector<std::string_view>& known,
                     std::function<void(std::size_t)> set, std::function<std::size_t()> get,
                     std::string_view help) {
    const auto take = [set = std::move(set), known](const Value& value) -> std::string {
        const auto* text = std::get_if<std::string>(&value);
        const auto found = text == nullptr ? known.end() : std::ranges::find(known, *text);
        if (found == known.end()) {
            return fmt::format("one of \"{}\"", fmt::join(known, "\", \""));
        }
        set(static_cast<std::size_t>(found - known.begin()));
        return {};
    };
    put(key, help, take,
        [get = std::move(get), known] { return fmt::format("\"{}\"", known[get()]); });
}

const Table::Setting* Table::find(std::string_view section, std::string_view key) const {
    const auto found = std::ranges::find_if(settings_, [&](const Setting& setting) {
        return setting.section == section && setting.key == key;
    });
    return found == settings_.end() ? nullptr : &*found;
}

std::vector<std::string_view> Table::sections() const {
    std::vector<std::string_view> known;
    for (const Setting& setting : settings_) {
        if (std::ranges::find(known, setting.section) == known.end()) {
            known.push_back(setting.section);
        }
    }
    return known;
}

std::vector<std::string_view> Table::keys_in(std::string_view section) const {
    std::vector<std::string_view> known;
    for (const Setting& setting : settings_) {
        if (setting.section == section) known.push_back(setting.key);
    }
    return known;
}

Result<void> Table::apply(std::string_view text, std::string_view name) const {
    toml::table parsed;
    try {
        parsed = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(Errc::Config, fmt::format("{}, line {}: {}", name, error.source().begin.line,
                                              error.description()));
    }
    const std::vector<std::string_view> known = sections();
    for (const auto& [section, node] : parsed) {
        if (std::ranges::find(known, section.str()) == known.end() || !node.is_table()) {
            return problem(name, node,
                           fmt::format("unknown section \"{}\"{}", section.str(),
                                       did_you_mean(section.str(), known)));
        }
        for (const auto& [key, held] : *node.as_table()) {
            const Setting* setting = find(section.str(), key.str());
            if (setting == nullptr) {
                return problem(name, held,
                               fmt::format("unknown key \"{}\" in [{}]{}", key.str(), section.str(),
                                           did_you_mean(key.str(), keys_in(section.str()))));
            }
            TRY_VOID(hand_over(held, setting->key, setting->take, name));
        }
    }
    return {};
}

Result<void> Table::apply_file(const std::filesystem::path& path) const {
    std::ifstream file(path);
    if (!file) return fail(Errc::Config, "cannot read the configuration file " + path.string());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return apply(text, path.string());
}

std::string Table::documented() const {
    std::string out =
        "# shopcast.toml: every setting with its default. shopcast runs without this file.\n";
    for (const std::string_view section : sections()) {
        out += fmt::format("\n[{}]\n", section);
        for (const Setting& setting : settings_) {
            if (setting.section != section) continue;
            for (const std::string_view line : split(setting.help, '\n')) {
                out += fmt::format("# {}\n", line);
            }
            out += fmt::format("{} = {}\n", setting.key, setting.written());
        }
    }
    return out;
}

}  // namespace shopcast::settings
