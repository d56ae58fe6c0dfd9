#include "settings/table.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/clock.hpp"

using namespace shopcast;

namespace {

enum class Colour { Red, Green };
constexpr std::array<std::pair<std::string_view, Colour>, 2> colours{
    {{"red", Colour::Red}, {"green", Colour::Green}}};

/// Settings of every kind, in two sections, one of which is opened twice.
struct Sample {
    std::string listen = "127.0.0.1:80";
    std::size_t most = 7;
    Milliseconds part{500};
    std::chrono::days keep{3};
    std::vector<std::string> proxies;
    bool flag = false;
    Colour colour = Colour::Red;

    settings::Table table() {
        settings::Table table;
        table.section("http");
        table.add("listen", listen, "Where.");
        table.add("most", most, 1, 9, "How many.");
        table.add("proxies", proxies, "Who.\nAnd more.");
        table.section("live");
        table.add_time<Milliseconds>("part_ms", part, 200, 2'000, "How long.");
        table.add_time<std::chrono::days>("keep_days", keep, 0, 10, "How many days.");
        table.add_choice("colour", colour, colours, "Which.");
        table.section("http");
        table.add("flag", flag, "Whether.");
        return table;
    }
};

std::string message_of(std::string_view toml) {
    Sample sample;
    const auto result = sample.table().apply(toml, "shopcast.toml");
    return result ? std::string("no error") : result.error().message;
}

}  // namespace

TEST_CASE("the documented file is valid, changes nothing, and shows each section once") {
    Sample sample;
    const settings::Table table = sample.table();
    const std::string text = table.documented();
    REQUIRE(table.apply(text, "shopcast.toml"));
    CHECK(table.documented() == text);
    CHECK(
        text.ends_with("\n[http]\n# Where.\nlisten = \"127.0.0.1:80\"\n# How many.\nmost = 7\n"
                       "# Who.\n# And more.\nproxies = []\n# Whether.\nflag = false\n"
                       "\n[live]\n# How long.\npart_ms = 500\n# How many days.\nkeep_days = 3\n"
                       "# Which.\ncolour = \"red\"\n"));
}

TEST_CASE("values reach the modules' structs") {
    Sample sample;
    REQUIRE(
        sample.table().apply("[http]\nlisten = \"[::]:80\"\nmost = 9\nproxies = [\"a\", \"b\"]\n"
                             "flag = true\n[live]\npart_ms = 250\nkeep_days = 0\n"
                             "colour = \"green\"\n",
                             "shopcast.toml"));
    CHECK(sample.listen == "[::]:80");
    CHECK(sample.most == 9);
    CHECK(sample.proxies == std::vector<std::string>{"a", "b"});
    CHECK(sample.flag);
    CHECK(sample.part == Milliseconds(250));
    CHECK(sample.keep == std::chrono::days(0));
    CHECK(sample.colour == Colour::Green);
    CHECK(sample.table().documented().contains("proxies = [\"a\", \"b\"]\n"));
}

TEST_CASE("a misspelled key names its neighbour and its line") {
    CHECK(message_of("[http]\n\nlisten_ = \"x\"\n") ==
          "shopcast.toml, line 3: unknown key \"listen_\" in [http]; did you mean \"listen\"?");
    CHECK(message_of("[htttp]\nlisten = \"x\"\n") ==
          "shopcast.toml, line 1: unknown section \"htttp\"; did you mean \"http\"?");
    CHECK(message_of("listen = \"x\"\n").starts_with("shopcast.toml, line 1: unknown section"));
    CHECK(message_of("http = 1\n").starts_with("shopcast.toml, line 1: unknown section"));
}

TEST_CASE("wrong types and ranges are told in words") {
    CHECK(message_of("[live]\npart_ms = 5\n") ==
          "shopcast.toml, line 2: part_ms wants a whole number from 200 to 2000");
    CHECK(message_of("[http]\nlisten = 8080\n") == "shopcast.toml, line 2: listen wants \"text\"");
    CHECK(message_of("[http]\nlisten = 1.5\n") == "shopcast.toml, line 2: listen wants \"text\"");
    CHECK(message_of("[http]\nmost = 10\n").ends_with("most wants a whole number from 1 to 9"));
    CHECK(message_of("[http]\nmost = 0\n").ends_with("most wants a whole number from 1 to 9"));
    CHECK(message_of("[http]\nflag = \"on\"\n") ==
          "shopcast.toml, line 2: flag wants true or false");
    CHECK(message_of("[live]\ncolour = \"blue\"\n") ==
          "shopcast.toml, line 2: colour wants one of \"red\", \"green\"");
    CHECK(message_of("[http]\nproxies = \"10.0.0.1\"\n") ==
          "shopcast.toml, line 2: proxies wants a list: [\"text\", \"text\"]");
    CHECK(message_of("[http]\nproxies = [\"::1\",\n 10]\n")
              .starts_with("shopcast.toml, line 3: proxies wants a list"));
    CHECK(message_of("[http\n").starts_with("shopcast.toml, line 1: "));
}

TEST_CASE("a file that is not there is named") {
    Sample sample;
    const auto result = sample.table().apply_file("/nowhere/shopcast.toml");
    REQUIRE_FALSE(result);
    CHECK(result.error().message.contains("/nowhere/shopcast.toml"));
}
