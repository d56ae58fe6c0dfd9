#pragma once

#include <condition_variable>
#include <mutex>

namespace shopcast {

/// std::mutex that clang's thread-safety analysis understands (-Wthread-safety).
class __attribute__((capability("mutex"))) Mutex {
public:
    void lock() __attribute__((acquire_capability())) { mutex_.lock(); }
    void unlock() __attribute__((release_capability())) { mutex_.unlock(); }
    std::mutex& native() { return mutex_; }

private:
    std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class __attribute__((scoped_lockable)) Lock {
public:
    explicit Lock(Mutex& mutex) __attribute__((acquire_capability(mutex))) : mutex_(mutex) {
        mutex_.lock();
    }
    ~Lock() __attribute__((release_capability())) { mutex_.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    Mutex& mutex_;
};

}  // namespace shopcast

#define GUARDED_BY(mutex) __attribute__((guarded_by(mutex)))
#define REQUIRES_LOCK(mutex) __attribute__((requires_capability(mutex)))
