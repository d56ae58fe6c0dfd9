#include "picture/decoder.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>
#include <utility>
#include <variant>

#include "async/loop.hpp"
#include "base/limits.hpp"
#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "picture/decoder_pipe.hpp"
#include "picture/frame.hpp"
#include "picture/keyframe_jpeg.hpp"
#include "picture/limits.hpp"
#include "wire/limits.hpp"

namespace shopcast::picture {
namespace {

using Answer = Result<ByteVector>;

/// Decoding yields to serving when the processor is short; somebody waits for an upload.
constexpr int upload_niceness = 5;
constexpr int keyframe_niceness = 10;
/// As many uploads as a shelf lets wait, and the posters' one thread.
constexpr std::size_t waiting_max = 16;

/// One of the two children, and what is counted of it.
struct Desk {
    Desk(async::Loop& loop, std::string_view kind, const std::vector<std::string>& arguments,
         int niceness)
        : child(loop, {.name = "decoder of " + std::string(kind),
                       .arguments = arguments,
                       .limits = decoder_limits(),
                       .waiting_max = waiting_max,
                       .niceness = niceness}),
          drawn(outcome(kind, "drawn")),
          refused(outcome(kind, "refused")),
          failed(outcome(kind, "failed")),
          cpu_seconds(metrics::histogram(
              "shopcast_decode_cpu_seconds", "Processor time of one picture, in its child.",
              {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5}, {{"of", kind}})) {}

    static metrics::Counter& outcome(std::string_view kind, std::string_view result) {
        return metrics::counter(
            "shopcast_decodes_total",
            "Pictures that children were asked for: drawn, refused (it is no "
            "picture, or too large), failed (the child died, was late or busy).",
            {{"of", kind}, {"result", result}});
    }
    template <typename T>
    void count(const Result<T>& result) {
        if (result) return drawn.add();
        const Errc code = result.error().code;
        const bool is_refused =
            code == Errc::Malformed || code == Errc::TooLarge || code == Errc::Unsupported;
        (is_refused ? refused : failed).add();
    }

    async::Child child;
    metrics::Counter& drawn;
    metrics::Counter& refused;
    metrics::Counter& failed;
    metrics::Histogram& cpu_seconds;
};

/// Closed where nobody is there to answer any more.
Answer wait_for(std::future<Answer> promised) {
    try {
        return promised.get();
    } catch (const std::future_error&) {
        return fail(Errc::Closed, "the decoder stops");
    }
}

async::Task<void> ask(Desk& desk, Bytes message, Milliseconds timeout,
                      std::promise<Answer> promise) {
    Answer answer = co_await desk.child.ask(std::move(message), timeout);
    if (answer) {
        desk.cpu_seconds.observe(std::chrono::duration<double>(desk.child.message_cpu()).count());
    }
    promise.set_value(std::move(answer));
}

ByteVector obey(ByteSpan message) {
    const Result<Order> order = parse_order(message);
    if (!order) return write_answer(std::unexpected(order.error()));
    if (const auto* stills = std::get_if<StillsOrder>(&*order)) {
        return write_answer(still_jpegs(stills->upload, stills->widths));
    }
    const auto& poster = std::get<PosterOrder>(*order);
    Result<Bytes> jpeg = keyframe_jpeg(poster.avc_record, poster.access_unit);
    if (!jpeg) return write_answer(std::unexpected(std::move(jpeg).error()));
    Stills one;
    one.jpegs.push_back(*std::move(jpeg));
    return write_answer(one);
}

}  // namespace

struct Decoder::Place {
    explicit Place(const std::vector<std::string>& arguments)
        : uploads(loop, "uploads", arguments, upload_niceness),
          keyframes(loop, "keyframes", arguments, keyframe_niceness) {}

    Answer ask(Desk& desk, Bytes message, Milliseconds timeout) {
        std::promise<Answer> promise;
        std::future<Answer> promised = promise.get_future();
        {
            const Lock lock(mutex);
            // What is posted before stop() still runs, or is destroyed with the loop's thread.
            if (stopped) return fail(Errc::Closed, "the decoder stops");
            loop.post([this, &desk, message = std::move(message), timeout,
                       promise = std::move(promise)]() mutable {
                loop.spawn(picture::ask(desk, std::move(message), timeout, std::move(promise)));
            });
        }
        return died_of_it(wait_for(std::move(promised)));
    }

    /// Whose child died sent something that kills decoders, as far as anybody can tell.
    Answer died_of_it(Answer answer) {
        const Lock lock(mutex);
        if (answer || answer.error().code != Errc::Closed || stopped) return answer;
        return fail(Errc::Malformed, "the decoder died of the picture");
    }

    async::Loop loop{"decoder"};
    Desk uploads;
    Desk keyframes;
    Mutex mutex;
    bool stopped GUARDED_BY(mutex) = false;
    std::thread thread{[this] { loop.run(); }};
};

Decoder::Decoder(const std::vector<std::string>& arguments)
    : place_(std::make_unique<Place>(arguments)) {}

Decoder::~Decoder() {
    stop();
    place_->thread.join();
}

void Decoder::stop() {
    const Lock lock(place_->mutex);
    place_->stopped = true;
    place_->loop.stop();
}

Result<Stills> Decoder::still_jpegs(ByteSpan upload, std::span<const std::uint32_t> widths) {
    if (upload.size() > limits::picture_upload_bytes_max) {
        return fail(Errc::TooLarge, "the picture has more than 1 MiB");
    }
    const StillsOrder order{.widths = {widths.begin(), widths.end()}, .upload = upload};
    Desk& desk = place_->uploads;
    const Answer answer =
        place_->ask(desk, Bytes(write_order(order)), limits::decoder_upload_timeout);
    Result<Stills> stills =
        answer ? parse_stills(*answer, widths.size()) : std::unexpected(answer.error());
    desk.count(stills);
    return stills;
}

Result<Bytes> Decoder::keyframe_jpeg(ByteSpan avc_record, ByteSpan access_unit) {
    const PosterOrder order{.avc_record = avc_record, .access_unit = access_unit};
    Desk& desk = place_->keyframes;
    const Answer answer =
        place_->ask(desk, Bytes(write_order(order)), limits::decoder_poster_timeout);
    Result<Bytes> jpeg = answer ? parse_poster(*answer) : std::unexpected(answer.error());
    desk.count(jpeg);
    return jpeg;
}

async::CageLimits decoder_limits() {
    constexpr std::size_t sent_max =
        std::max(limits::picture_upload_bytes_max, limits::rtmp_message_bytes_max);
    constexpr std::size_t drawn_max =
        std::max(limits::still_widths_max * limits::still_jpeg_bytes_max, limits::poster_bytes_max);
    return {.message_bytes_max = sent_max + limits::decoder_frame_bytes_max,
            .answer_bytes_max = drawn_max + limits::decoder_frame_bytes_max,
            .memory_bytes_max = limits::decoder_memory_bytes_max,
            .message_cpu_max = limits::decoder_cpu_max};
}

void answer_as_decoder() {
    silence_libav();
    async::answer_parent(obey, decoder_limits());
}

}  // namespace shopcast::picture
