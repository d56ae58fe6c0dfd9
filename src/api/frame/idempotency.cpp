#include "api/frame/idempotency.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "api/limits.hpp"
#include "base/check.hpp"

namespace shopcast::api {
namespace {

/// The value of the answer's Location, where it has one.
std::string location_in(const http::Response& answer) {
    constexpr std::string_view name = "Location: ";
    const std::string_view lines = answer.lines();
    const std::size_t at = lines.find(name);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = lines.substr(at + name.size());
    return std::string(rest.substr(0, rest.find('\r')));
}

std::string name_of(const std::string& who, const std::string& what) {
    return who + ' ' + what;
}

}  // namespace

IdempotentAnswers::IdempotentAnswers(const Clock& clock, Random& random)
    : clock_(clock), process_secret_(random_token(random, 32)) {}

IdempotentAnswers::Found IdempotentAnswers::begin(const std::string& who, const std::string& what,
                                                  ByteSpan body) {
    const std::string name = name_of(who, what);
    std::string hash = hash_of(body);
    const Lock lock(mutex_);
    forget_old();
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
        if (count_of_[who] >= limits::idempotent_answers_of_one_max) forget_oldest_of(who);
        while (entries_.size() >= limits::idempotent_answers_max) forget(entries_.begin());
        ++count_of_[who];
        entries_.push_back({.who = who,
                            .name = name,
                            .body_hash = std::move(hash),
                            .at = clock_.steady(),
                            .location = {},
                            .answer = {}});
        by_name_.emplace(name, std::prev(entries_.end()));
        return Begun{};
    }
    Entry& entry = *found->second;
    if (entry.body_hash != hash) return OtherBody{};
    if (!entry.finished) return InFlight{};
    if (entry.has_secret && clock_.steady() - entry.at > limits::secret_answers_kept_for) {
        entry.answer.reset();
    }
    if (!entry.answer) return SecretForgotten{entry.location};
    return *entry.answer;
}

void IdempotentAnswers::finish(const std::string& who, const std::string& what,
                               const http::Response& answer, bool has_secret) {
    const Lock lock(mutex_);
    const auto found = by_name_.find(name_of(who, what));
    if (found == by_name_.end()) return;
    if (answer.status() >= 300) return forget(found->second);
    Entry& entry = *found->second;
    entry.finished = true;
    entry.has_secret = has_secret;
    entry.location = location_in(answer);
    entry.answer = answer;
}

std::string IdempotentAnswers::hash_of(ByteSpan body) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    const auto* done = ::HMAC(
        EVP_sha256(), process_secret_.data(), static_cast<int>(process_secret_.size()),
        reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
    ENSURE(done != nullptr, "SHA-256 is always there");
    return {reinterpret_cast<const char*>(digest.data()), length};
}

void IdempotentAnswers::forget(Place entry) {
    const auto count = count_of_.find(entry->who);
    if (--count->second == 0) count_of_.erase(count);
    by_name_.erase(entry->name);
    entries_.erase(entry);
}

/// REQUIRES: it has one.
void IdempotentAnswers::forget_oldest_of(const std::string& who) {
    forget(std::ranges::find(entries_, who, &Entry::who));
}

void IdempotentAnswers::forget_old() {
    const SteadyTime now = clock_.steady();
    // The oldest come first. Secrets go at their own, earlier time, whether or not anybody asks.
    while (!entries_.empty() && now - entries_.front().at > limits::idempotent_answers_kept_for) {
        forget(entries_.begin());
    }
    for (Entry& entry : entries_) {
        if (now - entry.at <= limits::secret_answers_kept_for) break;
        if (entry.has_secret) entry.answer.reset();
    }
}

}  // namespace shopcast::api
