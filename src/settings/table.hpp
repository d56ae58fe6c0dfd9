#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

/// What an operator may set. Each module has a struct of its settings, whose defaults work, and
/// declares them in a Table: their keys, bounds and words. Values go straight into that struct.
namespace shopcast::settings {

/// A value as a file may have it.
using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

/// Every setting of the program, in the order in which shopcast.toml shows them. What is added
/// refers to the modules' structs, which outlive it.
class Table {
public:
    /// What is added from here on belongs to [name].
    void section(std::string name) { section_ = std::move(name); }

    void add(std::string_view key, std::string& into, std::string_view help);
    void add(std::string_view key, bool& into, std::string_view help);
    void add(std::string_view key, std::vector<std::string>& into, std::string_view help);
    /// A whole number from `least` to `most`.
    template <std::integral Number>
    void add(std::string_view key, Number& into, std::int64_t least, std::int64_t most,
             std::string_view help) {
        add_number(
            key, [&into](std::int64_t value) { into = static_cast<Number>(value); },
            [&into] { return static_cast<std::int64_t>(into); }, least, most, help);
    }
    /// The same, counting `Unit`s: add_time<std::chrono::seconds>("hold_s", rules.hold_for, ...).
    template <typename Unit, typename Duration>
    void add_time(std::string_view key, Duration& into, std::int64_t least, std::int64_t most,
                  std::string_view help) {
        add_number(
            key, [&into](std::int64_t value) { into = Unit(value); },
            [&into] { return std::int64_t{std::chrono::duration_cast<Unit>(into).count()}; }, least,
            most, help);
    }
    /// One of several words, each of which stands for a value.
    template <typename Choice>
    using Words = std::span<const std::pair<std::string_view, Choice>>;
    template <typename Choice>
    void add_choice(std::string_view key, Choice& into, std::type_identity_t<Words<Choice>> words,
                    std::string_view help) {
        std::vector<std::string_view> known;
        for (const auto& [word, choice] : words) known.push_back(word);
        add_word(
            key, known, [&into, words](std::size_t at) { into = words[at].second; },
            [&into, words] {
                std::size_t at = 0;
                while (words[at].second != into) ++at;
                return at;
            },
            help);
    }

    /// Reads shopcast.toml text over the structs. `name` is what error messages call the file.
    /// Errors: Config, with file and line, for broken TOML, an unknown key (naming the nearest
    /// known one), a value of the wrong type or out of range.
    Result<void> apply(std::string_view text, std::string_view name) const;
    /// The same from a file. Errors: Config when it cannot be read.
    Result<void> apply_file(const std::filesystem::path& path) const;

    /// A complete shopcast.toml: every key, what it does, and its value of now.
    std::string documented() const;

private:
    struct Setting {
        std::string section;
        std::string key;
        std::string help;
        /// Empty: taken. Else what it wants.
        std::function<std::string(const Value&)> take;
        std::function<std::string()> written;
    };
    void put(std::string_view key, std::string_view help,
             std::function<std::string(const Value&)> take, std::function<std::string()> written);
    void add_number(std::string_view key, std::function<void(std::int64_t)> set,
                    std::function<std::int64_t()> get, std::int64_t least, std::int64_t most,
                    std::string_view help);
    void add_word(std::string_view key, const std::vector<std::string_view>& known,
                  std::function<void(std::size_t)> set, std::function<std::size_t()> get,
                  std::string_view help);
    const Setting* find(std::string_view section, std::string_view key) const;
    std::vector<std::string_view> sections() const;
    std::vector<std::string_view> keys_in(std::string_view section) const;

    std::string section_;
    std::vector<Setting> settings_;
};

}  // namespace shopcast::settings
