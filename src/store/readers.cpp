#include "store/readers.hpp"
#include <pthread.h>

#include "store/limits.hpp"

namespace shopcast::store {

Result<std::unique_ptr<Readers>> Readers::open(const std::string& path) {
    std::vector<Database> databases;
    for (std::size_t i = 0; i < limits::reader_threads; ++i) {
        databases.push_back(TRY(Database::open(path, Database::Mode::ReadOnly)));
    }
    return std::make_unique<Readers>(std::move(databases));
}

Readers::Readers(std::vector<Database> databases) : databases_(std::move(databases)) {
    for (Database& database : databases_) {
        threads_.emplace_back([this, &database] { thread_main(database); });
        ::pthread_setname_np(threads_.back().native_handle(), "reader");
    }
}

Readers::~Readers() {
    std::deque<Work> dropped;
    {
        const Lock lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool Readers::submit(Work work) {
    {
        const Lock lock(mutex_);
        if (queue_.size() >= limits::reader_queue_max) return false;
        queue_.push_back(std::move(work));
    }
    changed_.notify_one();
    return true;
}

void Readers::thread_main(Database& database) {
    while (true) {
        Work work;
        {
            const Lock lock(mutex_);
            while (queue_.empty() && !stopping_) changed_.wait(mutex_);
            if (stopping_) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work(database);
    }
}

}  // namespace shopcast::store
