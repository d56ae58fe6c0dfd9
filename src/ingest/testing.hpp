#pragma once

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "ingest/publish_gate.hpp"
#include "ingest/rtmp_session.hpp"
#include "net/stream.hpp"
#include "wire/rtmp_message.hpp"

/// For tests and fuzzing: an encoder as a list of bytes, a connection in memory, a gate that writes
/// down. Nothing here waits, so a whole session runs in one call.
namespace shopcast::ingest::testing {

/// Everything the encoder says is there from the start; then `end` happens.
class MemoryStream : public net::Stream {
public:
    MemoryStream(ByteVector input, std::size_t portion, Errc end)
        : input_(std::move(input)), portion_(portion), end_(end) {}

    async::Task<Result<std::size_t>> read_some(std::span<std::byte> into) override {
        return read_now(into);
    }
    async::Task<Result<void>> write(std::span<const ByteSpan> pieces) override {
        for (const ByteSpan piece : pieces) {
            output.insert(output.end(), piece.begin(), piece.end());
        }
        return Result<void>{};
    }
    async::Task<Result<void>> send_file(ByteSpan, int, std::uint64_t, std::uint64_t) override {
        return Result<void>(fail(Errc::Unsupported, "no files in memory"));
    }
    void set_deadline(std::optional<SteadyTime> deadline) override {
        if (deadline) last_deadline = *deadline;
    }
    void shut_down_write() override { wrote_last = true; }
    void close() override { closed = true; }
    std::string peer() const override { return "192.0.2.7:50312"; }

    ByteVector output;
    SteadyTime last_deadline{};
    bool wrote_last = false;
    bool closed = false;

private:
    Result<std::size_t> read_now(std::span<std::byte> into) {
        if (closed || at_ == input_.size()) return fail(closed ? Errc::Closed : end_, "the end");
        const std::size_t count = std::min({into.size(), portion_, input_.size() - at_});
        std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
        at_ += count;
        return count;
    }

    ByteVector input_;
    std::size_t portion_;
    Errc end_;
    std::size_t at_ = 0;
};

/// What became of a publish.
struct Recording {
    std::vector<PublishRequest> requests;
    std::vector<media::TrackSet> epochs;
    std::vector<media::Packet> packets;
    IngestHealth health;
    int open_publications = 0;
    int ended_publications = 0;
    int finished_publications = 0;  ///< of those, by the encoder's own word
};

class StillClock final : public Clock {
public:
    SteadyTime now{std::chrono::hours(1)};
    SteadyTime steady() const override { return now; }
    WallTime wall() const override { return {}; }
};

class RecordingGate final : public PublishGate {
public:
    Recording recording;
    std::atomic<bool> was_asked{false};
    /// Refuses everybody when set.
    std::optional<Error> refusal;
    /// Stops the publish when this many packets have come.
    std::size_t stop_after_packets = SIZE_MAX;
    PublishControl* control = nullptr;
    /// Asking the gate takes this long on this clock.
    StillClock* clock = nullptr;
    Milliseconds opening_takes{5000};

    async::Task<Result<std::unique_ptr<Publication>>> open(PublishRequest request,
                                                           PublishControl& its_control) override {
        recording.requests.push_back(std::move(request));
        was_asked = true;
        if (clock != nullptr) clock->now += opening_takes;
        if (refusal) return Result<std::unique_ptr<Publication>>(std::unexpected(*refusal));
        control = &its_control;
        return Result<std::unique_ptr<Publication>>(std::make_unique<Recorder>(*this));
    }

private:
    struct Recorder final : Publication {
        explicit Recorder(RecordingGate& owner) : gate(owner) {
            ++gate.recording.open_publications;
        }
        ~Recorder() override {
            --gate.recording.open_publications;
            ++gate.recording.ended_publications;
            gate.control = nullptr;
        }
        void begin_epoch(media::TrackSet tracks, Milliseconds) override {
            gate.recording.epochs.push_back(std::move(tracks));
        }
        void push(media::Packet packet) override {
            gate.recording.packets.push_back(std::move(packet));
            if (gate.recording.packets.size() == gate.stop_after_packets) {
                gate.control->stop("The operator ended this stream.");
            }
        }
        void report(const IngestHealth& health) override { gate.recording.health = health; }
        void finish() override { ++gate.recording.finished_publications; }

        RecordingGate& gate;
    };
};

namespace detail {

/// Runs a task that never really waits.
struct Detached {
    struct promise_type {
        Detached get_return_object() const { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const {}
        void unhandled_exception() const { std::abort(); }
    };
};
inline Detached run_detached(async::Task<void> task, bool& done) {
    co_await std::move(task);
    done = true;
}

}  // namespace detail

/// Serves `input` to its end; the stream keeps what the server said.
inline void run_session(MemoryStream& stream, RecordingGate& gate, const Clock& clock,
                        Refusals* refusals = nullptr) {
    SeededRandom random(1);
    const RtmpEnvironment environment{
        .gate = gate, .random = random, .clock = clock, .refusals = refusals};
    RtmpSession session(stream, environment, 1);
    bool done = false;
    detail::run_detached(session.run(), done);
    ENSURE(done, "a session in memory never waits");
}

}  // namespace shopcast::ingest::testing
