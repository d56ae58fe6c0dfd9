#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "people/limits.hpp"

namespace shopcast::people {

/// So many at once, then one each `refill`.
struct Rate {
    int at_once;
    Milliseconds refill;
};

/// One token bucket a key. At most limits::throttle_keys_max keys are remembered; the one touched
/// longest ago is forgotten first. Any thread; `now` is the caller's.
class Throttle {
public:
    explicit Throttle(Rate rate) : rate_(rate) {}

    /// Zero: there is room for one more. Otherwise how long until there is.
    Milliseconds wait_for(std::string_view key, SteadyTime now) const;
    /// Takes one and gives zero, or takes nothing and says how long to wait.
    Milliseconds take(std::string_view key, SteadyTime now);
    /// The last one taken does not count after all.
    void give_back(std::string_view key, SteadyTime now);

private:
    /// The time at which the bucket is full again says all about it (GCRA, ITU-T I.371).
    /// Keys are as long as strangers like them: what is kept of one is its SHA-256, halved.
    using Digest = std::array<std::byte, 16>;
    struct DigestHash {
        std::size_t operator()(const Digest& digest) const;
    };
    struct Bucket {
        Digest key;
        SteadyTime full_at;
    };
    static Digest digest_of(std::string_view key);
    Milliseconds wait_at(SteadyTime full_at, SteadyTime now) const;

    const Rate rate_;
    mutable Mutex mutex_;
    std::list<Bucket> buckets_ GUARDED_BY(mutex_);  // touched last: in front
    std::unordered_map<Digest, std::list<Bucket>::iterator, DigestHash> by_key_ GUARDED_BY(mutex_);
};

/// What slows guessing down. Attempts are charged before the work and given back when they were
/// right, so that a hundred at the same time are a hundred. Nobody is locked out for good: every
/// bucket refills.
class Throttles {
public:
    /// Zero, or how long to wait: by login and address together, by address, by login.
    Milliseconds sign_in(std::string_view login, std::string_view address, SteadyTime now);
    void sign_in_was_right(std::string_view login, std::string_view address, SteadyTime now);

    /// At a place where that login was signed in to before (people/known_places.hpp), when
    /// sign_in() has nothing left: what strangers used up is not its owner's.
    Milliseconds at_home(std::string_view login, std::string_view place, SteadyTime now);
    void at_home_was_right(std::string_view login, std::string_view place, SteadyTime now);

    Milliseconds sign_up(std::string_view address, SteadyTime now);
    /// Codes of the second step, by account.
    Milliseconds code(std::string_view account, SteadyTime now);
    void code_was_right(std::string_view account, SteadyTime now);
    /// Asking for a reset, by address. By account it is mail_to().
    Milliseconds reset(std::string_view address, SteadyTime now);
    /// Mails to one account, whoever asks for them.
    Milliseconds mail_to(std::string_view account, SteadyTime now);
    /// Mails to an address that nobody has shown to be his, whatever accounts name it: by mailbox.
    Milliseconds unasked_mail_to(std::string_view email, SteadyTime now);
    /// Tries of one-time links, by address.
    Milliseconds link(std::string_view address, SteadyTime now);

private:
    Throttle pairs_{{.at_once = 10, .refill = std::chrono::seconds(90)}};
    Throttle addresses_{{.at_once = 100, .refill = std::chrono::seconds(9)}};
    Throttle logins_{{.at_once = 30, .refill = std::chrono::seconds(30)}};
    Throttle homes_{{.at_once = 10, .refill = std::chrono::seconds(90)}};
    Throttle sign_ups_{{.at_once = 100, .refill = std::chrono::minutes(3)}};
    Throttle codes_{{.at_once = 5, .refill = std::chrono::minutes(1)}};
    Throttle resets_{{.at_once = 20, .refill = std::chrono::minutes(3)}};
    Throttle mails_{{.at_once = 3, .refill = std::chrono::minutes(20)}};
    Throttle mailboxes_{{.at_once = 3, .refill = std::chrono::minutes(20)}};
    Throttle links_{{.at_once = 20, .refill = std::chrono::seconds(30)}};
};

}  // namespace shopcast::people
