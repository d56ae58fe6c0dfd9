#include "ingest/rtmp_metrics.hpp"

namespace shopcast::ingest {

RtmpMetrics& rtmp_metrics() {
    constexpr std::string_view messages = "shopcast_rtmp_messages_total";
    constexpr std::string_view messages_help = "RTMP messages received, by type.";
    static RtmpMetrics all{
        .connections = metrics::gauge("shopcast_rtmp_connections", "Open RTMP connections."),
        .publishers = metrics::gauge("shopcast_rtmp_publishers", "Encoders publishing over RTMP."),
        .accepted = metrics::counter("shopcast_rtmp_connections_total",
                                     "RTMP connections accepted since the start."),
        .received_bytes =
            metrics::counter("shopcast_rtmp_received_bytes_total", "Bytes received over RTMP."),
        .video_messages = metrics::counter(messages, messages_help, {{"type", "video"}}),
        .audio_messages = metrics::counter(messages, messages_help, {{"type", "audio"}}),
        .other_messages = metrics::counter(messages, messages_help, {{"type", "other"}}),
    };
    return all;
}

void count_rtmp_refusal(std::string_view reason) {
    metrics::counter("shopcast_rtmp_refusals_total",
                     "RTMP connections and publishes that were refused or ended by the server.",
                     {{"reason", reason}})
        .add();
}

}  // namespace shopcast::ingest
