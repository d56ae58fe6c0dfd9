#include "live/settings.hpp"

namespace shopcast::live {

void declare(settings::Table& table, Settings& settings) {
    table.section("live");
    table.add_time<std::chrono::seconds>(
        "reconnect_window_s", settings.reconnect_window, 0, 300,
        "How long a stream waits for an encoder that lost its connection, in seconds. Until\n"
        "then viewers stay and the stream goes on; 0 ends it at once.");
}

}  // namespace shopcast::live
