#pragma once

#include <memory>

#include "ingest/publish_gate.hpp"
#include "live/on_air.hpp"
#include "show/channel_directory.hpp"

namespace shopcast::live {

/// Lets an encoder with the right key publish: leads its connection's packets to the channel's
/// stream, wherever that lives. One gate a loop; all it refers to outlives it.
class Publishing final : public ingest::PublishGate {
public:
    Publishing(async::Loop& loop, const show::ChannelDirectory& channels, OnAir& on_air,
               show::StreamHistory& history, const Clock& clock)
        : loop_(loop), channels_(channels), on_air_(on_air), history_(history), clock_(clock) {}

    async::Task<Result<std::unique_ptr<ingest::Publication>>> open(
        ingest::PublishRequest request, ingest::PublishControl& control) override;

private:
    async::Task<Result<std::unique_ptr<ingest::Publication>>> join(
        const std::string& channel, const ingest::PublishRequest& request,
        ingest::PublishControl& control);

    async::Loop& loop_;
    const show::ChannelDirectory& channels_;
    OnAir& on_air_;
    show::StreamHistory& history_;
    const Clock& clock_;
};

}  // namespace shopcast::live
