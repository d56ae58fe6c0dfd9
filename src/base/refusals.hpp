#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/metrics.hpp"
#include "base/mutex.hpp"

namespace shopcast {

/// Why somebody was refused. The names for metrics, log and API stand in refusals.cpp, in the same
/// order.
enum class RefusalKind : std::uint8_t {
    WrongPassword,   ///< Or an unknown login, or a disabled account.
    WrongCode,       ///< Of the second step.
    WrongLink,       ///< A one-time link: unknown, used or expired.
    UnknownToken,    ///< An API token.
    WrongStreamKey,  ///< Of an encoder.
    WrongSignature,  ///< Of a message that says it is the payment provider's.
    TooManyTries,    ///< Of any of these: has to wait.
    NotSignedIn,
    Forbidden,    ///< By role or scope; somebody else's object too, which is told as not there.
    CrossSite,    ///< A page of another site, in a visitor's name.
    UnknownName,  ///< The server under a name that is not its own.
    ProxyHeader,  ///< No PROXY header, or one of somebody who is no trusted proxy.
    TooManyRequests,
    TooManyConnections,
    OverLimit,  ///< More of something than an account or shop may have.
    Busy,       ///< A queue, or that one's share of it, is full.
    InvalidInput,
    MalformedHttp,
    MalformedRtmp,
    FailedHandshake,  ///< TLS.
    Flood,            ///< What costs an HTTP/2 client nothing, without end.
    TooSlow,          ///< Began something and did not go on.
};
constexpr std::size_t refusal_kinds_count = static_cast<std::size_t>(RefusalKind::TooSlow) + 1;
/// "wrong_password".
std::string_view to_string(RefusalKind kind);

using RefusalCounts = std::array<std::uint64_t, refusal_kinds_count>;

/// One refusal.
struct Refused {
    RefusalKind kind;
    /// As limits count it: IPv6 by its /64. Empty: none that says anything (a unix socket's).
    std::string_view address;
    /// The account that asked, or that was meant, by its id; empty: none that there is. Never what
    /// somebody typed: people type passwords where logins belong.
    std::string_view account{};
    /// The server's own words about it, for the log.
    std::string_view why{};
};

/// Who was refused what, and how often: an output for people, by which nothing is decided. Takes
/// any number of refusals and tells the log of them in a number of lines that does not grow with
/// them. Any thread; half a microsecond for each.
class Refusals {
public:
    explicit Refusals(const Clock& clock);
    Refusals(const Refusals&) = delete;
    Refusals& operator=(const Refusals&) = delete;

    /// The first of an address and kind is logged at once, those that follow within the minute
    /// together at its end, and of many addresses at once only some: limits::refusal_lines_max.
    void add(const Refused& refused);

    /// Every few seconds, by whoever asks for conditions(): once a minute logs what add() has not,
    /// and forgets addresses that were quiet for limits::refusal_remembered_for.
    void settle();
    Conditions conditions() const;

    struct Row {
        std::string address;
        std::string account;  ///< the last one; empty: none yet
        RefusalCounts counts{};
        std::uint64_t total = 0;
        WallTime first;
        WallTime last;
    };
    enum class Order { Newest, Most };
    /// The addresses that come first in that order, at most `count_max`.
    std::vector<Row> list(Order order, std::size_t count_max) const;
    /// How many addresses are remembered.
    std::size_t addresses() const;
    /// Of all there ever were.
    RefusalCounts totals() const;

private:
    /// By weight, then by who was seen longer ago.
    using Rank = std::pair<std::uint64_t, std::uint64_t>;
    struct Known {
        std::string account;
        RefusalCounts counts{};
        std::array<std::uint32_t, refusal_kinds_count> unlogged{};
        std::bitset<refusal_kinds_count> logged;  ///< within this minute
        Rank rank;
        WallTime first;
        WallTime last;
        SteadyTime last_steady;
    };
    using ByAddress = std::unordered_map<std::string, Known>;
    struct Line {
        RefusalKind kind;
        std::string address;
        std::string account;
        std::uint64_t count;
    };
    /// What is logged as a number alone.
    struct Rest {
        std::uint64_t lines = 0;
        std::uint64_t count = 0;
    };

    ByAddress::value_type& known(std::string_view address) REQUIRES_LOCK(mutex_);
    void forget(ByAddress::iterator which) REQUIRES_LOCK(mutex_);
    void forget_quiet(SteadyTime now) REQUIRES_LOCK(mutex_);
    Line line_of(ByAddress::value_type& whose, std::size_t kind) REQUIRES_LOCK(mutex_);
    std::vector<Line> unlogged_lines() REQUIRES_LOCK(mutex_);
    static void write(const Line& line, std::string_view why);

    // Constant after construction.
    const Clock& clock_;
    std::array<metrics::Counter*, refusal_kinds_count> counters_{};

    LastTime guessed_;

    mutable Mutex mutex_;
    RefusalCounts totals_ GUARDED_BY(mutex_){};
    ByAddress by_address_ GUARDED_BY(mutex_);
    std::map<Rank, const std::string*> ranked_ GUARDED_BY(mutex_);  // keys of by_address_
    std::uint64_t sequence_ GUARDED_BY(mutex_) = 0;
    SteadyTime minute_ends_ GUARDED_BY(mutex_);
    std::size_t lines_left_ GUARDED_BY(mutex_);
    std::size_t guesses_ GUARDED_BY(mutex_) = 0;  // within this minute
    Rest rest_ GUARDED_BY(mutex_);
};

}  // namespace shopcast
