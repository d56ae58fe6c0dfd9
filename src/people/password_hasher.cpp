#include "people/password_hasher.hpp"
#include <argon2.h>
#include <pthread.h>

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/text.hpp"
#include "people/limits.hpp"

namespace shopcast::people {
namespace {

metrics::Counter& computations = metrics::counter("shopcast_people_password_hashes_total",
                                                  "Argon2id computations of passwords.");
metrics::Counter& refused =
    metrics::counter("shopcast_people_password_busy_total",
                     "Sign-ins and the like refused because too many passwords waited.");

constexpr std::size_t salt_bytes = 16;  // RFC 9106, 4
constexpr std::size_t hash_bytes = 32;

std::string phc_prefix(const Argon2Cost& cost) {
    return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
           ",t=" + std::to_string(cost.passes) + ",p=" + std::to_string(cost.lanes) + "$";
}

std::unexpected<Error> too_many() {
    refused.add();
    return fail(Errc::Busy, "too many people are signing in; try again in a few seconds");
}

/// A password that leaves nothing in memory.
class Wiped {
public:
    explicit Wiped(std::string text) : text_(std::make_unique<std::string>(std::move(text))) {}
    Wiped(Wiped&&) = default;
    Wiped& operator=(Wiped&&) = delete;
    ~Wiped() {
        if (text_) ::OPENSSL_cleanse(text_->data(), text_->size());
    }
    const std::string& text() const { return *text_; }

private:
    std::unique_ptr<std::string> text_;  // moved without a copy of short texts
};

}  // namespace

PasswordHasher::PasswordHasher(Argon2Cost cost, Random& random, unsigned threads)
    : cost_(cost), random_(random) {
    nobodys_hash_ = hash_now(random_token(random, salt_bytes));
    computed_ = 0;
    if (threads == 0) {
        threads = std::clamp(std::thread::hardware_concurrency(), 1U, limits::password_threads_max);
    }
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { thread_main(); });
        ::pthread_setname_np(threads_.back().native_handle(), "password");
    }
}

PasswordHasher::~PasswordHasher() {
    {
        const Lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

async::Asked<Result<std::string>> PasswordHasher::hash(async::Loop& loop, std::string whose,
                                                       std::string password) {
    using Asked = async::Asked<Result<std::string>>;
    return Asked(loop, [this, whose = std::move(whose),
                        secret = Wiped(std::move(password))](Asked::Done answer) mutable {
        auto reply = std::make_shared<Asked::Done>(std::move(answer));
        const bool queued = enqueue(whose, [this, reply, secret = std::move(secret)] {
            (*reply)(hash_now(secret.text()));
        });
        if (!queued) (*reply)(too_many());
    });
}

async::Asked<Result<PasswordHasher::Verdict>> PasswordHasher::verify(async::Loop& loop,
                                                                     std::string whose,
                                                                     std::string password,
                                                                     std::string stored) {
    using Asked = async::Asked<Result<Verdict>>;
    return Asked(loop, [this, whose = std::move(whose), secret = Wiped(std::move(password)),
                        stored = std::move(stored)](Asked::Done answer) mutable {
        auto reply = std::make_shared<Asked::Done>(std::move(answer));
        const bool queued =
            enqueue(whose, [this, reply, secret = std::move(secret), stored = std::move(stored)] {
                (*reply)(verify_now(secret.text(), stored));
            });
        if (!queued) (*reply)(too_many());
    });
}

std::string PasswordHasher::hash_now(std::string_view password) {
    ++computed_;
    computations.add();
    std::array<std::byte, salt_bytes> salt;
    random_.fill(salt);
    std::string encoded(::argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, salt_bytes,
                                            hash_bytes, Argon2_id),
                        '\0');
    const int rc = ::argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes,
                                           password.data(), password.size(), salt.data(),
                                           salt.size(), hash_bytes, encoded.data(), encoded.size());
    ENSURE(rc == ARGON2_OK, "Argon2 fails only without memory or with a cost that makes no sense");
    encoded.resize(encoded.find('\0'));
    return encoded;
}

PasswordHasher::Verdict PasswordHasher::verify_now(std::string_view password,
                                                   const std::string& stored) {
    ++computed_;
    computations.add();
    const std::string& encoded = stored.empty() ? nobodys_hash_ : stored;
    const bool same =
        ::argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
    const bool matches = same && !stored.empty();
    return {matches, matches && needs_rehash(stored, cost_)};
}

bool PasswordHasher::enqueue(const std::string& whose, Job job) {
    {
        const Lock lock(mutex_);
        if (!queue_.push(whose, job)) return false;
    }
    changed_.notify_one();
    return true;
}

void PasswordHasher::thread_main() {
    const Clock& clock = system_clock();
    while (true) {
        std::optional<FairQueue<Job>::Taken> next;
        {
            const Lock lock(mutex_);
            while (!stopping_ && !(next = queue_.pop())) changed_.wait(mutex_);
            if (stopping_) return;
        }
        const SteadyTime began = clock.steady();
        next->item();
        const Nanoseconds took = clock.steady() - began;
        const Lock lock(mutex_);
        queue_.done(next->name, took);
    }
}

bool needs_rehash(std::string_view stored, const Argon2Cost& cost) {
    return !stored.starts_with(phc_prefix(cost));
}

}  // namespace shopcast::people
