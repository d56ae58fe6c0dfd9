#include "api/channels/stream_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/channels/channel_json.hpp"
#include "api/frame/replies.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;

std::string_view stored_state(const show::StreamRecord& record,
                              const media::StreamSnapshot* snapshot, WallTime now) {
    if (record.ended_at) return "ended";
    // Not on the air: it was when the server stopped, and waits for its encoder.
    return snapshot == nullptr ? "reconnecting" : state_of(snapshot, now);
}

json::array samples_of(const show::StreamFacts& facts) {
    json::array out;
    for (const show::StreamSample& sample : facts.samples) {
        out.push_back({{"at", to_rfc3339(sample.at)},
                       {"bitrate_bps", sample.bitrate_bps},
                       {"frame_rate", sample.frame_rate},
                       {"keyframe_interval_ms", sample.keyframe_interval_ms},
                       {"viewers", sample.viewers}});
    }
    return out;
}

}  // namespace

show::StreamRecord newest_of(const StreamSources& sources, show::StreamRecord record) {
    const auto facts = sources.history.find(record.id);
    if (!facts) return record;
    const auto take = [](std::string& stored, const std::string& fresh) {
        if (!fresh.empty()) stored = fresh;
    };
    take(record.encoder, facts->encoder);
    take(record.address, facts->address);
    take(record.last_error, facts->last_error);
    take(record.end_reason, facts->end_reason);
    record.viewers_peak = std::max(record.viewers_peak, facts->viewers_peak);
    if (facts->ended_at) record.ended_at = facts->ended_at;
    return record;
}

json::object summary_of(const StreamSources& sources, const async::Loop& loop,
                        const show::StreamRecord& record) {
    const auto snapshot = sources.hub.edge(loop).find(media::StreamId(record.id));
    const std::size_t viewers = record.ended_at ? 0 : sources.audience.count(record.channel);
    json::object out{{"id", record.id},
                     {"channel", record.channel},
                     {"channel_title", record.channel_title},
                     {"shop", record.shop},
                     {"state", stored_state(record, snapshot.get(), sources.clock.wall())},
                     {"started_at", to_rfc3339(record.started_at)},
                     {"ended_at", time_or_null(record.ended_at)},
                     {"end_reason", text_or_null(record.end_reason)},
                     {"viewers", viewers},
                     {"viewers_peak", std::max(record.viewers_peak, viewers)},
                     {"encoder", text_or_null(record.encoder)},
                     {"address", text_or_null(record.address)},
                     {"last_error", text_or_null(record.last_error)}};
    for (auto& [name, value] : figures_of(snapshot.get())) out[name] = std::move(value);
    return out;
}

json::object detail_of(const StreamSources& sources, const async::Loop& loop,
                       const show::StreamRecord& record) {
    json::object out = summary_of(sources, loop, record);
    const auto snapshot = sources.hub.edge(loop).find(media::StreamId(record.id));
    out["health"] = health_of(record.ended_at ? nullptr : snapshot.get());
    const auto facts = sources.history.find(record.id);
    out["history"] = samples_of(facts.value_or(show::StreamFacts{}));
    return out;
}

show::StreamRecord record_of(const media::StreamSnapshot& snapshot, const show::Channel& channel) {
    show::StreamRecord record;
    record.id = snapshot.id.value;
    record.channel = channel.name;
    record.channel_title = channel.title;
    record.shop = channel.shop;
    record.started_at = snapshot.started_at;
    record.ended_at = snapshot.ended_at;
    return record;
}

}  // namespace shopcast::api
