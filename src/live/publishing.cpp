#include "live/publishing.hpp"

#include <atomic>
#include <utility>

#include "async/asked.hpp"
#include "base/log.hpp"
#include "live/limits.hpp"
#include "net/stream.hpp"

namespace shopcast::live {
namespace {

/// A connection's end of its channel's stream. Calls the stream where both live on one loop, which
/// a reconnecting encoder's often do not: then what it says is posted to the stream's home.
class LivePublication final : public ingest::Publication {
public:
    LivePublication(async::Loop& loop, const Clock& clock, ingest::PublishControl& control,
                    std::uint64_t connection_id)
        : loop_(loop),
          clock_(clock),
          connection_id_(connection_id),
          control_(std::make_shared<ingest::PublishControl*>(&control)) {}

    ~LivePublication() override {
        if (!broadcast_) return;
        at_home([finished = finished_](Broadcast& broadcast, std::uint64_t id) {
            broadcast.leave(id, finished);
        });
    }

    void set_broadcast(std::shared_ptr<Broadcast> broadcast) { broadcast_ = std::move(broadcast); }

    /// Ends the publication with words for the encoder; any thread, and at any time: a stop that
    /// comes after the publication's end finds nothing.
    std::move_only_function<void(std::string)> stopper() const {
        return [weak = std::weak_ptr(control_), &loop = loop_](std::string words) {
            loop.post([weak, words = std::move(words)] {
                if (const auto living = weak.lock()) (*living)->stop(words);
            });
        };
    }

    void begin_epoch(media::TrackSet tracks, Milliseconds age) override {
        at_home([tracks = std::move(tracks), anchor = clock_.wall() - age](
                    Broadcast& broadcast, std::uint64_t id) mutable {
            broadcast.begin_epoch(id, std::move(tracks), anchor);
        });
    }

    void push(media::Packet packet) override {
        if (is_home()) return broadcast_->push(connection_id_, std::move(packet));
        if (under_way_->load() >= limits::ingest_packets_under_way_max) {
            return (*control_)->stop("The server is overloaded. Connect again in a moment.");
        }
        ++*under_way_;
        at_home([packet = std::move(packet), under_way = under_way_](Broadcast& broadcast,
                                                                     std::uint64_t id) mutable {
            --*under_way;
            broadcast.push(id, std::move(packet));
        });
    }

    void report(const ingest::IngestHealth& health) override {
        if (health.last_warning == last_warning_) return;
        last_warning_ = health.last_warning;
        at_home([warning = last_warning_](Broadcast& broadcast, std::uint64_t id) {
            broadcast.warn(id, warning);
        });
    }

    void finish() override { finished_ = true; }

private:
    bool is_home() const { return &broadcast_->home() == &loop_; }

    template <typename Work>
    void at_home(Work work) {
        if (is_home()) return work(*broadcast_, connection_id_);
        broadcast_->home().post([broadcast = broadcast_, id = connection_id_,
                                 work = std::move(work)]() mutable { work(*broadcast, id); });
    }

    // Constant after construction.
    async::Loop& loop_;
    const Clock& clock_;
    const std::uint64_t connection_id_;
    std::shared_ptr<ingest::PublishControl*> control_;
    std::shared_ptr<Broadcast> broadcast_;  // set before any packet comes
    // Owned by the loop's thread.
    std::string last_warning_;
    bool finished_ = false;
    // Packets posted and not taken yet.
    std::shared_ptr<std::atomic<std::size_t>> under_way_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

/// A stream may end between being found and being asked; a few more tries meet the next one.
constexpr int tries_max = 4;

std::unexpected<Error> unknown_key() {
    return fail(Errc::Unauthorized,
                "This stream key is not known. Copy the channel's key again, or rotate it in the "
                "studio or with \"shopcast channel rotate-key\".");
}

}  // namespace

async::Task<Result<std::unique_ptr<ingest::Publication>>> Publishing::open(
    ingest::PublishRequest request, ingest::PublishControl& control) {
    const auto channel = channels_.find_by_stream_key(request.stream_key);
    if (!channel) co_return unknown_key();
    auto publication = co_await join(channel->name, request, control);
    if (!publication) {
        history_.fail(channel->name, publication.error().message);
        co_return publication;
    }
    // The key may have been rotated, or the channel removed, while the stream's thread was asked:
    // what stops such streams did not find this one then.
    if (!channels_.find_by_stream_key(request.stream_key)) co_return unknown_key();
    co_return publication;
}

async::Task<Result<std::unique_ptr<ingest::Publication>>> Publishing::join(
    const std::string& channel, const ingest::PublishRequest& request,
    ingest::PublishControl& control) {
    auto publication =
        std::make_unique<LivePublication>(loop_, clock_, control, request.connection_id);
    for (int tries = 0; tries < tries_max; ++tries) {
        auto broadcast = on_air_.find_or_begin(channel, loop_);
        if (!broadcast) {
            co_return std::unexpected(std::move(broadcast).error().in("cannot start the stream"));
        }
        auto ask = [broadcast = *broadcast, stopper = publication->stopper(), &request]() mutable {
            return broadcast->admit({.connection_id = request.connection_id,
                                     .address = std::string(net::host_of(request.peer)),
                                     .name = request.encoder,
                                     .stop = std::move(stopper)});
        };
        const Result<void> admitted =
            co_await async::call_on(loop_, (*broadcast)->home(), std::move(ask));
        if (admitted) {
            publication->set_broadcast(*std::move(broadcast));
            co_return publication;
        }
        if (admitted.error().code != Errc::Closed) co_return std::unexpected(admitted.error());
    }
    co_return fail(Errc::Busy, "The channel's last stream is just ending. Connect again.");
}

}  // namespace shopcast::live
