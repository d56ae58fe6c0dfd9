#pragma once

#include <boost/json/fwd.hpp>

namespace shopcast::api {

/// Adds what one page saw to the metrics: {"join_ms", "stalls", "stalled_ms", "delay_ms"}, each
/// optional. Whoever likes may post this: values that no page could have seen since its last report
/// are left out, so that a liar moves the sums by no more than an unlucky viewer would.
void count_playback(const boost::json::object& figures);

}  // namespace shopcast::api
