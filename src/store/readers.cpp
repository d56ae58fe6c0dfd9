#include "store/readers.hpp"
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <optional>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "store/limits.hpp"

namespace shopcast::store {
namespace {

/// Of the thread that reads for anybody: where processors are short, what serves accounts goes
/// first. It still has a third of what another thread has.
constexpr int low_priority = 5;

std::size_t place_of(ReadFor::Lane lane) {
    return lane == ReadFor::Lane::Own ? 1 : 0;
}

}  // namespace

Result<std::unique_ptr<Readers>> Readers::open(const std::string& path) {
    std::vector<Database> databases;
    for (std::size_t i = 0; i < limits::reader_threads; ++i) {
        databases.push_back(TRY(Database::open(path, Database::Mode::ReadOnly)));
    }
    return std::make_unique<Readers>(std::move(databases));
}

Readers::Readers(std::vector<Database> databases) {
    ENSURE(databases.size() == lanes_.size(), "a lane needs a database of its own");
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        lanes_[i] = std::make_unique<Lane>(std::move(databases[i]));
        Lane& lane = *lanes_[i];
        const bool is_own = i == place_of(ReadFor::Lane::Own);
        lane.thread = std::thread([&lane, is_own] {
            if (!is_own) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), low_priority);
            lane.thread_main();
        });
        ::pthread_setname_np(lane.thread.native_handle(), "reader");
    }
}

void Readers::stop() {
    for (const auto& lane : lanes_) {
        {
            const Lock lock(lane->mutex);
            lane->stopping = true;
        }
        lane->changed.notify_all();
    }
    for (const auto& lane : lanes_) {
        if (lane->thread.joinable()) lane->thread.join();
    }
}

bool Readers::submit(const ReadFor& whose, Work work) {
    Lane& lane = *lanes_[place_of(whose.lane)];
    {
        const Lock lock(lane.mutex);
        if (lane.stopping || !lane.queue.push(whose.name, work)) return false;
    }
    lane.changed.notify_one();
    return true;
}

void Readers::Lane::thread_main() {
    const Clock& clock = system_clock();
    while (true) {
        std::optional<FairQueue<Work>::Taken> next;
        {
            const Lock lock(mutex);
            while (!stopping && !(next = queue.pop())) changed.wait(mutex);
            if (stopping) return;
        }
        const SteadyTime began = clock.steady();
        next->item(database);
        const Nanoseconds took = clock.steady() - began;
        const Lock lock(mutex);
        queue.done(next->name, took);
    }
}

}  // namespace shopcast::store
