#pragma once

#include <string_view>

#include "base/metrics.hpp"

namespace shopcast::ingest {

/// The counters of RTMP ingest, one set for the process.
struct RtmpMetrics {
    metrics::Gauge& connections;
    metrics::Gauge& publishers;
    metrics::Counter& accepted;
    metrics::Counter& received_bytes;
    metrics::Counter& video_messages;
    metrics::Counter& audio_messages;
    metrics::Counter& other_messages;
};
RtmpMetrics& rtmp_metrics();

/// `reason` is one of few fixed words: bad_key, conflict, bad_app, codec, protocol, play, stopped,
/// timeout, too_many, proxy_header, refused.
void count_rtmp_refusal(std::string_view reason);

}  // namespace shopcast::ingest
