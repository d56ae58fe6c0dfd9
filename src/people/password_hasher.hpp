#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "async/asked.hpp"
#include "base/fair_queue.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "people/limits.hpp"

namespace shopcast::people {

/// What an Argon2id hash costs. The default is OWASP's least (Password Storage Cheat Sheet): 19 MiB
/// and two passes, about 50 ms of one core.
struct Argon2Cost {
    std::uint32_t memory_kib = 19456;
    std::uint32_t passes = 2;
    std::uint32_t lanes = 1;
};

/// Hashes passwords on threads of its own, off the loops. At most limits::password_queue_max wait;
/// then Errc::Busy, so that a flood of sign-ins costs neither memory nor the viewers. Everybody has
/// a share of the threads (base/fair_queue.hpp), named by `whose`: an account, or an address.
class PasswordHasher {
public:
    struct Verdict {
        bool matches = false;
        bool needs_rehash = false;  ///< It matches, at another cost than today's.
    };

    /// `threads`: 0 for as many as there are cores, at most limits::password_threads_max.
    PasswordHasher(Argon2Cost cost, Random& random, unsigned threads = 0);
    /// What waits is dropped: its coroutines end with their loops.
    ~PasswordHasher();
    PasswordHasher(const PasswordHasher&) = delete;
    PasswordHasher& operator=(const PasswordHasher&) = delete;

    /// The PHC string "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". Errors: Busy.
    async::Asked<Result<std::string>> hash(async::Loop& loop, std::string whose,
                                           std::string password);
    /// `stored` empty: there is no such account. A hash of nobody's is then tried, so that the
    /// answer, never a match, takes as long as any other. Errors: Busy.
    async::Asked<Result<Verdict>> verify(async::Loop& loop, std::string whose, std::string password,
                                         std::string stored);

    /// Argon2 computations so far.
    std::uint64_t computed() const { return computed_.load(); }

private:
    using Job = std::move_only_function<void()>;

    std::string hash_now(std::string_view password);
    Verdict verify_now(std::string_view password, const std::string& stored);
    bool enqueue(const std::string& whose, Job job);
    void thread_main();

    // Constant after construction.
    Argon2Cost cost_;
    Random& random_;
    std::string nobodys_hash_;

    std::atomic<std::uint64_t> computed_{0};

    Mutex mutex_;
    std::condition_variable_any changed_;
    FairQueue<Job> queue_ GUARDED_BY(mutex_){
        {.all_max = limits::password_queue_max, .each_max = limits::password_queue_of_one_max}};
    bool stopping_ GUARDED_BY(mutex_) = false;

    std::vector<std::thread> threads_;
};

/// `stored` is a PHC string of another algorithm or cost than `cost`.
bool needs_rehash(std::string_view stored, const Argon2Cost& cost);

}  // namespace shopcast::people
