#include "people/throttle.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "base/check.hpp"
#include "base/text.hpp"
#include "people/limits.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::people {

std::size_t Throttle::DigestHash::operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof(hash));
    return hash;
}

Throttle::Digest Throttle::digest_of(std::string_view key) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> whole{};
    const int done =
        ::EVP_Digest(key.data(), key.size(), whole.data(), nullptr, ::EVP_sha256(), nullptr);
    ENSURE(done == 1, "SHA-256 is always there");
    Digest digest{};
    std::memcpy(digest.data(), whole.data(), digest.size());
    return digest;
}

Milliseconds Throttle::wait_at(SteadyTime full_at, SteadyTime now) const {
    // Of at_once tokens the last one is there while the bucket is full again within
    // (at_once - 1) refills.
    const SteadyTime from = full_at - rate_.refill * (rate_.at_once - 1);
    if (from <= now) return Milliseconds(0);
    return std::chrono::ceil<Milliseconds>(from - now);
}

Milliseconds Throttle::wait_for(std::string_view key, SteadyTime now) const {
    const Digest digest = digest_of(key);
    const Lock lock(mutex_);
    const auto found = by_key_.find(digest);
    return found == by_key_.end() ? Milliseconds(0) : wait_at(found->second->full_at, now);
}

Milliseconds Throttle::take(std::string_view key, SteadyTime now) {
    const Digest digest = digest_of(key);
    const Lock lock(mutex_);
    const auto found = by_key_.find(digest);
    if (found == by_key_.end()) {
        if (by_key_.size() >= limits::throttle_keys_max) {
            by_key_.erase(buckets_.back().key);
            buckets_.pop_back();
        }
        buckets_.push_front({digest, now + rate_.refill});
        by_key_.emplace(digest, buckets_.begin());
        return Milliseconds(0);
    }
    const auto bucket = found->second;
    buckets_.splice(buckets_.begin(), buckets_, bucket);
    const Milliseconds wait = wait_at(bucket->full_at, now);
    if (wait == Milliseconds(0)) bucket->full_at = std::max(bucket->full_at, now) + rate_.refill;
    return wait;
}

void Throttle::give_back(std::string_view key, SteadyTime now) {
    const Digest digest = digest_of(key);
    const Lock lock(mutex_);
    const auto found = by_key_.find(digest);
    if (found == by_key_.end()) return;
    found->second->full_at = std::max(found->second->full_at - rate_.refill, now);
}

namespace {

/// "Kim+shop@Example.com" is read by whom "kim@example.com" is (RFC 5233: subaddresses).
std::string mailbox_of(std::string_view email) {
    const std::size_t at = email.rfind('@');
    if (at == std::string_view::npos) return to_lower(email);
    const std::string_view local = email.substr(0, std::min(email.find('+'), at));
    return to_lower(std::string(local).append(email.substr(at)));
}

}  // namespace

Milliseconds Throttles::sign_in(std::string_view login, std::string_view address, SteadyTime now) {
    const std::string from = wire::counted_as(address);
    const std::string pair = std::string(login) + " " + from;
    // The wider buckets are charged only for attempts that the narrower ones let through.
    if (const auto wait = pairs_.take(pair, now); wait != Milliseconds(0)) return wait;
    if (const auto wait = addresses_.take(from, now); wait != Milliseconds(0)) {
        pairs_.give_back(pair, now);
        return wait;
    }
    if (const auto wait = logins_.take(login, now); wait != Milliseconds(0)) {
        pairs_.give_back(pair, now);
        addresses_.give_back(from, now);
        return wait;
    }
    return Milliseconds(0);
}

void Throttles::sign_in_was_right(std::string_view login, std::string_view address,
                                  SteadyTime now) {
    const std::string from = wire::counted_as(address);
    pairs_.give_back(std::string(login) + " " + from, now);
    addresses_.give_back(from, now);
    logins_.give_back(login, now);
}

Milliseconds Throttles::at_home(std::string_view login, std::string_view place, SteadyTime now) {
    return homes_.take(std::string(login).append(" ").append(place), now);
}

void Throttles::at_home_was_right(std::string_view login, std::string_view place, SteadyTime now) {
    homes_.give_back(std::string(login).append(" ").append(place), now);
}

Milliseconds Throttles::sign_up(std::string_view address, SteadyTime now) {
    return sign_ups_.take(wire::counted_as(address), now);
}

Milliseconds Throttles::code(std::string_view account, SteadyTime now) {
    return codes_.take(account, now);
}

void Throttles::code_was_right(std::string_view account, SteadyTime now) {
    codes_.give_back(account, now);
}

Milliseconds Throttles::reset(std::string_view address, SteadyTime now) {
    return resets_.take(wire::counted_as(address), now);
}

Milliseconds Throttles::mail_to(std::string_view account, SteadyTime now) {
    return mails_.take(account, now);
}

Milliseconds Throttles::unasked_mail_to(std::string_view email, SteadyTime now) {
    return mailboxes_.take(mailbox_of(email), now);
}

Milliseconds Throttles::link(std::string_view address, SteadyTime now) {
    return links_.take(wire::counted_as(address), now);
}

}  // namespace shopcast::people
