#include "media/keep/recorder.hpp"
#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "media/keep/recording.hpp"
#include "media/limits.hpp"

namespace shopcast::media {
namespace {

metrics::Counter& segments_written =
    metrics::counter("shopcast_recording_segments_total", "Segments written to recordings.");
metrics::Counter& segments_lost = metrics::counter(
    "shopcast_recording_lost_segments_total",
    "Segments missing in recordings because the disk was full, failing or too slow.");
metrics::Gauge& queued_bytes =
    metrics::gauge("shopcast_recording_queue_bytes", "Bytes that wait for the recordings' disk.");

/// A failing disk fails for every segment: one line in so much time says it.
constexpr auto alarm_interval = std::chrono::seconds(10);
/// How often old recordings are looked for.
constexpr auto removal_interval = std::chrono::hours(1);

struct Job {
    StreamId stream;
    Milliseconds target_duration{};
    std::shared_ptr<const Segment> segment;  ///< null: the stream has ended
};

Result<void> check_room(const std::filesystem::path& folder, std::uint64_t keep_free_bytes) {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error || space.available >= keep_free_bytes) return {};
    return fail(Errc::Full, "less than " + std::to_string(keep_free_bytes / limits::MiB) +
                                " MiB are free (recording.keep_free_mb)");
}

}  // namespace

struct Recorder::Shared {
    explicit Shared(RecorderSettings s) : settings(std::move(s)) {}

    void lose(std::string_view why) REQUIRES_LOCK(mutex);
    void run(const Job& job);
    Result<void> try_run(const Job& job);
    void remove_old();

    const RecorderSettings settings;

    LastTime lost;

    Mutex mutex;
    std::condition_variable_any changed;
    std::deque<Job> queue GUARDED_BY(mutex);
    std::uint64_t queue_bytes GUARDED_BY(mutex) = 0;
    std::map<StreamId, std::uint64_t> next_msn GUARDED_BY(mutex);  // of the streams that are live
    bool stopping GUARDED_BY(mutex) = false;
    bool stopped GUARDED_BY(mutex) = false;
    SteadyTime alarm_due GUARDED_BY(mutex);

    // Owned by the thread.
    std::map<StreamId, Recording> open;
    SteadyTime removal_due;
};

Recorder::Recorder(RecorderSettings settings)
    : shared_(std::make_shared<Shared>(std::move(settings))) {
    std::thread([shared = shared_] { thread_main(shared); }).detach();
}

Recorder::~Recorder() {
    Shared& shared = *shared_;
    const SteadyTime deadline = std::chrono::steady_clock::now() + limits::recording_stop_timeout;
    const Lock lock(shared.mutex);
    shared.stopping = true;
    shared.changed.notify_all();
    while (!shared.stopped) {
        if (shared.changed.wait_until(shared.mutex, deadline) == std::cv_status::timeout) break;
    }
    if (shared.queue.empty()) return;
    segments_lost.add(shared.queue.size());
    log::error("recording.cut_short", {{"segments", shared.queue.size()}});
    shared.queue.clear();
}

void Recorder::publish(std::shared_ptr<const StreamSnapshot> snapshot) {
    const RenditionSnapshot& source = snapshot->renditions.front();
    Shared& shared = *shared_;
    const Lock lock(shared.mutex);
    auto known = shared.next_msn.find(snapshot->id);
    if (known == shared.next_msn.end()) {
        if (source.segments.empty()) return;
        known = shared.next_msn.emplace(snapshot->id, source.segments.front()->msn).first;
    }
    for (const auto& segment : source.segments) {
        if (segment->msn < known->second) continue;
        known->second = segment->msn + 1;
        if (shared.queue.size() >= limits::recording_queue_segments_max ||
            shared.queue_bytes + segment->bytes.length > limits::recording_queue_bytes_max) {
            shared.lose("the disk is too slow");
            continue;
        }
        shared.queue_bytes += segment->bytes.length;
        shared.queue.push_back({snapshot->id, snapshot->target_duration, segment});
    }
    if (snapshot->ended()) {
        shared.queue.push_back({snapshot->id, snapshot->target_duration, nullptr});
        shared.next_msn.erase(known);
    }
    queued_bytes.set(static_cast<std::int64_t>(shared.queue_bytes));
    shared.changed.notify_all();
}

void Recorder::thread_main(const std::shared_ptr<Shared>& shared) {
    ::pthread_setname_np(::pthread_self(), "archive");
    shared->remove_old();
    while (true) {
        Job job;
        {
            const Lock lock(shared->mutex);
            while (shared->queue.empty() && !shared->stopping) {
                shared->changed.wait_for(shared->mutex, removal_interval);
            }
            if (shared->queue.empty()) {
                shared->stopped = true;
                shared->changed.notify_all();
                return;
            }
            job = std::move(shared->queue.front());
            shared->queue.pop_front();
        }
        shared->run(job);
        const Lock lock(shared->mutex);
        if (job.segment) shared->queue_bytes -= job.segment->bytes.length;
        queued_bytes.set(static_cast<std::int64_t>(shared->queue_bytes));
    }
}

void Recorder::Shared::run(const Job& job) {
    if (const auto done = try_run(job); !done) {
        const Lock lock(mutex);
        lose(done.error().message);
    } else if (job.segment) {
        segments_written.add();
    }
    if (!job.segment) open.erase(job.stream);
    if (std::chrono::steady_clock::now() >= removal_due) remove_old();
}

Result<void> Recorder::Shared::try_run(const Job& job) {
    auto recording = open.find(job.stream);
    if (recording == open.end()) {
        // An end without a beginning: there was never room for this stream.
        if (!job.segment) return {};
        recording = open.emplace(job.stream, TRY(Recording::open(settings.folder / job.stream.value,
                                                                 job.target_duration)))
                        .first;
    }
    if (!job.segment) return recording->second.end();
    TRY_VOID(check_room(settings.folder, settings.keep_free_bytes));
    return recording->second.append(*job.segment);
}

void Recorder::Shared::lose(std::string_view why) {
    segments_lost.add();
    const SteadyTime now = std::chrono::steady_clock::now();
    lost.happened(now);
    if (now < alarm_due) return;
    alarm_due = now + alarm_interval;
    log::error("recording.segment_lost", {{"reason", why}, {"lost_so_far", segments_lost.value()}});
}

Conditions Recorder::conditions() const {
    if (!shared_->lost.is_within(limits::condition_lasts, std::chrono::steady_clock::now())) {
        return {};
    }
    return {{"recording_disk",
             "Recordings are missing segments: their disk is full, failing or too slow.",
             "Free space on the data folder's disk, or set recording.enabled to false."}};
}

void Recorder::Shared::remove_old() {
    removal_due = std::chrono::steady_clock::now() + removal_interval;
    if (settings.keep_for.count() == 0) return;
    remove_recordings(settings.folder,
                      std::filesystem::file_time_type::clock::now() - settings.keep_for);
}

}  // namespace shopcast::media
