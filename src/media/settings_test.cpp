#include "media/settings.hpp"

#include <doctest/doctest.h>

using namespace shopcast;
using namespace std::chrono_literals;

namespace {

struct Given {
    /// Whether an operator's file is taken.
    bool take(const std::string& section, const std::string& line) {
        settings::Table table;
        media::declare(table, live);
        media::declare(table, recording);
        return table.apply("[" + section + "]\n" + line + "\n", "shopcast.toml").has_value();
    }

    media::PackagerConfig live;
    media::RecordingSettings recording;
};

}  // namespace

TEST_CASE("what an operator may set is taken from its least to its most") {
    struct Row {
        const char* section;
        const char* key;
        int least;
        int most;
    };
    for (const Row& row :
         {Row{"live", "part_target_ms", 200, 2'000}, Row{"live", "target_duration_s", 2, 10},
          Row{"live", "window_s", 60, 3'600}, Row{"recording", "keep_days", 0, 3'650},
          Row{"recording", "keep_free_mb", 0, 100'000'000}}) {
        CAPTURE(row.key);
        Given given;
        const auto takes = [&](int value) {
            return given.take(row.section, row.key + (" = " + std::to_string(value)));
        };
        CHECK(takes(row.least));
        CHECK(takes(row.most));
        CHECK_FALSE(takes(row.least - 1));
        CHECK_FALSE(takes(row.most + 1));
    }
}

TEST_CASE("settings count what their names say") {
    Given given;
    REQUIRE(given.take("live", "part_target_ms = 300\ntarget_duration_s = 6\nwindow_s = 90"));
    CHECK(given.live.part_target == 300ms);
    CHECK(given.live.target_duration == 6s);
    CHECK(given.live.live_window == 90s);
    REQUIRE(given.take("recording", "enabled = true\nkeep_days = 2\nkeep_free_mb = 3"));
    CHECK(given.recording.enabled);
    const auto recorder = recorder_settings(given.recording, "folder");
    CHECK(recorder.folder == "folder");
    CHECK(recorder.keep_for == 48h);
    CHECK(recorder.keep_free_bytes == 3 * limits::MiB);
}

TEST_CASE("at least ten target durations can be rewound") {
    const auto window_of = [](std::chrono::seconds target_duration) {
        return media::settled({.target_duration = target_duration, .live_window = 60s}).live_window;
    };
    CHECK(window_of(4s) == 60s);
    CHECK(window_of(6s) == 60s);
    CHECK(window_of(7s) == 70s);
}
