#pragma once

#include "base/clock.hpp"
#include "live/limits.hpp"
#include "settings/table.hpp"

namespace shopcast::live {

struct Settings {
    /// How long a stream waits for an encoder that was lost.
    Milliseconds reconnect_window = std::chrono::seconds(limits::reconnect_window_s);
};

/// The last of [live].
void declare(settings::Table& table, Settings& settings);

}  // namespace shopcast::live
