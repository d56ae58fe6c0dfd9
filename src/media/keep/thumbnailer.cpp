#include "media/keep/thumbnailer.hpp"
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "media/keep/keyframe.hpp"
#include "media/limits.hpp"

namespace shopcast::media {
namespace {

metrics::Counter& outcome(std::string_view result) {
    return metrics::counter("shopcast_posters_total",
                            "Posters of live streams: made, failed (no picture in the keyframe), "
                            "dropped (too many waited).",
                            {{"result", result}});
}
metrics::Counter& made = outcome("made");
metrics::Counter& failed = outcome("failed");
metrics::Counter& dropped = outcome("dropped");
metrics::Counter& unsaved =
    metrics::counter("shopcast_posters_unsaved_total", "Posters that the disk did not take.");

/// Of a thread that yields to all others here when the processor is short.
constexpr int low_priority = 10;

}  // namespace

struct Thumbnailer::Shared {
    Shared(std::shared_ptr<Posters> p, Draw d, const Clock& c)
        : posters(std::move(p)), draw(std::move(d)), clock(c) {}

    struct Stream {
        // Guarded by the mutex, like the map.
        std::string channel;
        SteadyTime due = SteadyTime::min();
        std::uint64_t next_msn = 0;
        std::optional<Keyframe> wish;
        bool queued = false;
        bool ended = false;
    };
    /// What the thread knows of a stream that is live.
    struct Drawn {
        bool failure_told = false;
        SteadyTime save_due = SteadyTime::min();
    };
    struct Job {
        StreamId stream;
        std::string channel;
        std::optional<Keyframe> keyframe;
        bool ended = false;
    };

    void enqueue(const StreamId& id, Stream& stream) REQUIRES_LOCK(mutex);
    /// Waits for something to do. False: the thread ends.
    bool take(std::optional<Job>& job, std::optional<std::vector<std::string>>& kept);
    Job take_job() REQUIRES_LOCK(mutex);
    void keep_only(const std::vector<std::string>& channels);
    void run(const Job& job);
    Result<void> try_draw(const Job& job);
    void save(const Job& job);

    // Constant after construction.
    const std::shared_ptr<Posters> posters;
    const Draw draw;
    const Clock& clock;

    Mutex mutex;
    std::condition_variable_any changed;
    std::map<StreamId, Stream> streams GUARDED_BY(mutex);
    std::deque<StreamId> queue GUARDED_BY(mutex);                        // each of `streams`, once
    std::optional<std::vector<std::string>> channels GUARDED_BY(mutex);  // to keep the posters of
    bool stopping GUARDED_BY(mutex) = false;
    bool stopped GUARDED_BY(mutex) = false;

    // Owned by the thread.
    std::map<StreamId, Drawn> drawn;
};

Thumbnailer::Thumbnailer(std::shared_ptr<Posters> posters, Draw draw, const Clock& clock)
    : shared_(std::make_shared<Shared>(std::move(posters), std::move(draw), clock)) {
    std::thread([shared = shared_] { thread_main(shared); }).detach();
}

Thumbnailer::~Thumbnailer() {
    Shared& shared = *shared_;
    const SteadyTime deadline = std::chrono::steady_clock::now() + limits::poster_stop_timeout;
    const Lock lock(shared.mutex);
    shared.stopping = true;
    shared.changed.notify_all();
    while (!shared.stopped) {
        if (shared.changed.wait_until(shared.mutex, deadline) == std::cv_status::timeout) break;
    }
}

void Thumbnailer::publish(std::shared_ptr<const StreamSnapshot> snapshot) {
    Shared& shared = *shared_;
    const Lock lock(shared.mutex);
    Shared::Stream& stream = shared.streams[snapshot->id];
    stream.channel = snapshot->channel;
    if (snapshot->ended()) {
        stream.ended = true;
        shared.enqueue(snapshot->id, stream);
        return;
    }
    const SteadyTime now = shared.clock.steady();
    if (now < stream.due) return;
    auto keyframe = newest_keyframe(snapshot->renditions.front(), stream.next_msn);
    if (!keyframe) return;
    if (!stream.queued && shared.queue.size() >= limits::poster_queue_max) {
        dropped.add();
        return;
    }
    stream.due = now + limits::poster_interval;
    stream.next_msn = keyframe->msn + 1;
    if (stream.wish) dropped.add();
    stream.wish = std::move(keyframe);
    shared.enqueue(snapshot->id, stream);
}

void Thumbnailer::Shared::enqueue(const StreamId& id, Stream& stream) {
    if (!std::exchange(stream.queued, true)) queue.push_back(id);
    changed.notify_all();
}

void Thumbnailer::keep_only(std::vector<std::string> channels) {
    Shared& shared = *shared_;
    const Lock lock(shared.mutex);
    shared.channels = std::move(channels);
    shared.changed.notify_all();
}

void Thumbnailer::Shared::keep_only(const std::vector<std::string>& names) {
    const std::size_t gone = posters->keep_only(names);
    if (gone > 0) log::info("retention.removed", {{"what", "posters"}, {"count", gone}});
}

bool Thumbnailer::Shared::take(std::optional<Job>& job,
                               std::optional<std::vector<std::string>>& kept) {
    job.reset();  // a keyframe keeps its segment in memory
    const Lock lock(mutex);
    while (queue.empty() && !channels && !stopping) changed.wait(mutex);
    if (!queue.empty() && !stopping) job = take_job();
    kept = std::exchange(channels, std::nullopt);
    return !stopping;
}

Thumbnailer::Shared::Job Thumbnailer::Shared::take_job() {
    const auto stream = streams.find(queue.front());
    queue.pop_front();
    Job job{.stream = stream->first,
            .channel = stream->second.channel,
            .keyframe = std::exchange(stream->second.wish, std::nullopt),
            .ended = stream->second.ended};
    stream->second.queued = false;
    if (job.ended) streams.erase(stream);
    return job;
}

void Thumbnailer::thread_main(const std::shared_ptr<Shared>& shared) {
    ::pthread_setname_np(::pthread_self(), "thumbnails");
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), low_priority);
    std::optional<Shared::Job> job;
    std::optional<std::vector<std::string>> kept;
    while (shared->take(job, kept)) {
        if (job) shared->run(*job);
        if (kept) shared->keep_only(*kept);
    }
    if (const auto saved = shared->posters->save_all(); !saved) {
        unsaved.add();
        log::warning("poster.not_saved", {{"message", saved.error().message}});
    }
    const Lock lock(shared->mutex);
    shared->stopped = true;
    shared->changed.notify_all();
}

void Thumbnailer::Shared::run(const Job& job) {
    if (job.keyframe) {
        const auto done = try_draw(job);
        (done ? made : failed).add();
        if (!done && !std::exchange(drawn[job.stream].failure_told, true)) {
            log::warning("poster.failed", {{"stream", job.stream.value},
                                           {"channel", job.channel},
                                           {"message", done.error().message}});
        }
    }
    Drawn& known = drawn[job.stream];
    const SteadyTime now = clock.steady();
    if (job.ended || now >= known.save_due) {
        known.save_due = now + limits::poster_saved_every;
        save(job);
    }
    if (job.ended) drawn.erase(job.stream);
}

Result<void> Thumbnailer::Shared::try_draw(const Job& job) {
    const ByteVector picture = TRY(read_access_unit(job.keyframe->part));
    Bytes jpeg = TRY(draw(job.keyframe->epoch->tracks.video->avc_record, picture));
    posters->add(job.channel,
                 {.stream = job.stream, .number = job.keyframe->msn, .jpeg = std::move(jpeg)});
    return {};
}

void Thumbnailer::Shared::save(const Job& job) {
    if (const auto saved = posters->save(job.channel); !saved) {
        unsaved.add();
        log::warning("poster.not_saved",
                     {{"channel", job.channel}, {"message", saved.error().message}});
    }
}

}  // namespace shopcast::media
