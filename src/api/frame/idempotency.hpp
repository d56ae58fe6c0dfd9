#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "http/response.hpp"

namespace shopcast::api {

/// The answers to requests that create something, so that one whose answer was lost can be sent
/// again (draft-ietf-httpapi-idempotency-key-header-07). In memory, never on disk: some hold a
/// secret that is nowhere else. Any thread.
class IdempotentAnswers {
public:
    /// Hashes of bodies are keyed by a secret of this process: a body may hold a password.
    IdempotentAnswers(const Clock& clock, Random& random);

    struct Begun {};      ///< nobody asked this before: answer it, then finish()
    struct InFlight {};   ///< it is being answered
    struct OtherBody {};  ///< the key was used for something else
    struct SecretForgotten {
        std::string location;  ///< what was created
    };
    using Found = std::variant<Begun, InFlight, OtherBody, SecretForgotten, http::Response>;
    /// `what`: for what, and with which key.
    Found begin(const std::string& who, const std::string& what, ByteSpan body);
    /// Keeps a success; anything else may be tried again with the same key.
    void finish(const std::string& who, const std::string& what, const http::Response& answer,
                bool has_secret);

private:
    struct Entry {
        std::string who;
        std::string name;  ///< `who` in front
        std::string body_hash;
        SteadyTime at;
        bool has_secret = false;
        std::string location;
        std::optional<http::Response> answer;  ///< none: in flight, or forgotten
        bool finished = false;
    };
    using Place = std::list<Entry>::iterator;

    std::string hash_of(ByteSpan body) const;
    void forget_old() REQUIRES_LOCK(mutex_);
    void forget_oldest_of(const std::string& who) REQUIRES_LOCK(mutex_);
    void forget(Place entry) REQUIRES_LOCK(mutex_);

    // Constant after construction.
    const Clock& clock_;
    std::string process_secret_;

    Mutex mutex_;
    std::list<Entry> entries_ GUARDED_BY(mutex_);  // oldest first
    std::unordered_map<std::string, Place> by_name_ GUARDED_BY(mutex_);
    std::unordered_map<std::string, std::size_t> count_of_ GUARDED_BY(mutex_);  // by who
};

}  // namespace shopcast::api
