#pragma once

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>

#include "media/keep/posters.hpp"
#include "media/live/live_hub.hpp"
#include "show/audience.hpp"
#include "show/channel.hpp"
#include "show/stream_history.hpp"
#include "show/stream_records.hpp"

/// Streams for those who look after them.
namespace shopcast::api {

/// What is known of streams beside the database.
struct StreamSources {
    media::LiveHub& hub;
    const show::StreamHistory& history;
    const show::Audience& audience;
    const media::Posters& posters;
    const Clock& clock;
};

/// What the database says, and where memory is ahead of it, what it will say.
show::StreamRecord newest_of(const StreamSources& sources, show::StreamRecord record);

/// A stream as lists show it. `loop` is the caller's.
boost::json::object summary_of(const StreamSources& sources, const async::Loop& loop,
                               const show::StreamRecord& record);
/// And with its health and the last minutes.
boost::json::object detail_of(const StreamSources& sources, const async::Loop& loop,
                              const show::StreamRecord& record);

/// What the database says, or will say once its stream has sent media.
show::StreamRecord record_of(const media::StreamSnapshot& snapshot, const show::Channel& channel);

}  // namespace shopcast::api
