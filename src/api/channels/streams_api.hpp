#pragma once

#include "api/channels/stream_json.hpp"
#include "api/frame/routes.hpp"
#include "live/on_air.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace shopcast::api {

/// The streams of all channels the caller looks after, live and past. Lives as long as the routes.
class StreamsApi {
public:
    StreamsApi(live::OnAir& on_air, StreamSources sources, store::Readers& readers,
               store::Writer& writer)
        : on_air_(on_air), sources_(sources), readers_(readers), writer_(writer) {}
    void add_routes(ApiRoutes& routes);

private:
    async::Task<Reply> list(Call& call);
    async::Task<Reply> one(Call& call);
    async::Task<Reply> stop(Call& call);
    /// The stream ":stream", when the caller may. Errors: 404 also when it is another shop's.
    async::Task<Checked<show::StreamRecord>> find(Call& call, people::Access access);

    // Constant after construction.
    live::OnAir& on_air_;
    StreamSources sources_;
    store::Readers& readers_;
    store::Writer& writer_;
};

}  // namespace shopcast::api
