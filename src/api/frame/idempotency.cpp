#include "api/frame/idempotency.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

}  // namespace

IdempotentAnswers::IdempotentAnswers(const Clock& clock, Random& random)
    : clock_(clock), process_secret_(random_token(random, 32)) {}

IdempotentAnswers::Found IdempotentAnswers::begin(const std::string& name, ByteSpan body) {
    std::string hash = hash_of(body);
    const Lock lock(mutex_);
    forget_old();
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
        while (entries_.size() >= limits::idempotent_answers_max) forget_oldest();
        entries_.push_back({.name = name,
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

void IdempotentAnswers::finish(const std::string& name, const http::Response& answer,
                               bool has_secret) {
    const Lock lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return;
    if (answer.status() >= 300) {
        entries_.erase(found->second);
        by_name_.erase(found);
        return;
    }
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

void IdempotentAnswers::forget_oldest() {
    by_name_.erase(entries_.front().name);
    entries_.pop_front();
}

void IdempotentAnswers::forget_old() {
    const SteadyTime now = clock_.steady();
    // The oldest come first. Secrets go at their own, earlier time, whether or not anybody asks.
    while (!entries_.empty() && now - entries_.front().at > limits::idempotent_answers_kept_for) {
        forget_oldest();
    }
    for (Entry& entry : entries_) {
        if (now - entry.at <= limits::secret_answers_kept_for) break;
        if (entry.has_secret) entry.answer.reset();
    }
}

}  // namespace shopcast::api
