#include "base/refusals.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace shopcast {
namespace {

using log::Level;

struct Trait {
    std::string_view name;
    Level level;
    bool is_guess = false;  ///< of a secret
};
/// Honest people mistype and come signed out; what they hardly do is a warning.
constexpr std::array<Trait, refusal_kinds_count> traits = {{
    {"wrong_password", Level::Warning, true},
    {"wrong_code", Level::Warning, true},
    {"wrong_link", Level::Warning, true},
    {"unknown_token", Level::Warning, true},
    {"wrong_stream_key", Level::Warning, true},
    {"wrong_signature", Level::Warning, true},
    {"too_many_tries", Level::Warning, true},
    {"not_signed_in", Level::Info},
    {"forbidden", Level::Warning},
    {"cross_site", Level::Warning},
    {"unknown_name", Level::Warning},
    {"proxy_header", Level::Warning},
    {"too_many_requests", Level::Warning},
    {"too_many_connections", Level::Warning},
    {"over_limit", Level::Info},
    {"busy", Level::Warning},
    {"invalid_input", Level::Info},
    {"malformed_http", Level::Warning},
    {"malformed_rtmp", Level::Warning},
    {"failed_handshake", Level::Info},
    {"flood", Level::Warning},
    {"too_slow", Level::Info},
}};

std::size_t index_of(RefusalKind kind) {
    return static_cast<std::size_t>(kind);
}

std::uint64_t sum_of(const RefusalCounts& counts) {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
}

}  // namespace

std::string_view to_string(RefusalKind kind) {
    return traits[index_of(kind)].name;
}

Refusals::Refusals(const Clock& clock)
    : clock_(clock),
      minute_ends_(clock.steady() + limits::refusal_lines_every),
      lines_left_(limits::refusal_lines_max) {
    for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
        counters_[kind] =
            &metrics::counter("shopcast_refusals_total", "What was refused to anybody, by why.",
                              {{"kind", traits[kind].name}});
    }
}

void Refusals::add(const Refused& refused) {
    const std::size_t kind = index_of(refused.kind);
    counters_[kind]->add();
    std::optional<Line> line;
    {
        const Lock lock(mutex_);
        ++totals_[kind];
        if (traits[kind].is_guess && ++guesses_ >= limits::refusal_guesses_alarming) {
            guessed_.happened(clock_.steady());
        }
        if (refused.address.empty()) return;
        ByAddress::value_type& whose = known(refused.address);
        Known& its = whose.second;
        ++its.counts[kind];
        ++its.unlogged[kind];
        if (!refused.account.empty()) its.account = refused.account;
        if (!its.logged.test(kind) && lines_left_ > 0) {
            --lines_left_;
            line = line_of(whose, kind);
        }
    }
    if (line) write(*line, refused.why);
}

/// Where there is no room for another address, the one of the least weight makes it, and its weight
/// goes to the new one. So whoever was refused more than the n-th part of all refusals is among the
/// n that are remembered, however many others come and go ("Space-Saving": Metwally, Agrawal, El
/// Abbadi, ICDT 2005).
Refusals::ByAddress::value_type& Refusals::known(std::string_view address) {
    const WallTime wall = clock_.wall();
    std::string key(address);
    auto found = by_address_.find(key);
    if (found == by_address_.end()) {
        std::uint64_t weight = 0;
        if (by_address_.size() >= limits::refusal_addresses_max) {
            weight = ranked_.begin()->first.first;
            forget(by_address_.find(*ranked_.begin()->second));
        }
        found = by_address_.try_emplace(std::move(key)).first;
        found->second.first = wall;
        found->second.rank = {weight + 1, ++sequence_};
        ranked_.emplace(found->second.rank, &found->first);
    } else {
        auto place = ranked_.extract(found->second.rank);
        found->second.rank = {found->second.rank.first + 1, ++sequence_};
        place.key() = found->second.rank;
        ranked_.insert(std::move(place));
    }
    found->second.last = wall;
    found->second.last_steady = clock_.steady();
    return *found;
}

void Refusals::forget(ByAddress::iterator which) {
    for (const std::uint32_t count : which->second.unlogged) {
        rest_.lines += count > 0 ? 1 : 0;
        rest_.count += count;
    }
    ranked_.erase(which->second.rank);
    by_address_.erase(which);
}

void Refusals::forget_quiet(SteadyTime now) {
    for (auto at = by_address_.begin(); at != by_address_.end();) {
        const auto each = at++;
        if (now - each->second.last_steady >= limits::refusal_remembered_for) forget(each);
    }
}

Refusals::Line Refusals::line_of(ByAddress::value_type& whose, std::size_t kind) {
    Known& its = whose.second;
    its.logged.set(kind);
    return {.kind = static_cast<RefusalKind>(kind),
            .address = whose.first,
            .account = its.account,
            .count = std::exchange(its.unlogged[kind], 0)};
}

/// The greatest of them, half of a minute's lines; the other half is for who comes next.
std::vector<Refusals::Line> Refusals::unlogged_lines() {
    struct Waiting {
        ByAddress::value_type* whose;
        std::size_t kind;
        std::uint32_t count;
    };
    std::vector<Waiting> waiting;
    for (ByAddress::value_type& each : by_address_) {
        each.second.logged.reset();
        for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
            const std::uint32_t count = each.second.unlogged[kind];
            if (count > 0) waiting.push_back({&each, kind, count});
        }
    }
    std::ranges::sort(waiting, std::ranges::greater(), &Waiting::count);
    std::vector<Line> lines;
    for (const Waiting& each : waiting) {
        if (lines.size() < limits::refusal_lines_max / 2) {
            lines.push_back(line_of(*each.whose, each.kind));
        } else {
            ++rest_.lines;
            rest_.count += std::exchange(each.whose->second.unlogged[each.kind], 0);
        }
    }
    return lines;
}

void Refusals::settle() {
    std::vector<Line> lines;
    Rest rest;
    {
        const SteadyTime now = clock_.steady();
        const Lock lock(mutex_);
        if (now < minute_ends_) return;
        minute_ends_ = now + limits::refusal_lines_every;
        guesses_ = 0;
        forget_quiet(now);
        lines = unlogged_lines();
        lines_left_ = limits::refusal_lines_max - lines.size();
        rest = std::exchange(rest_, {});
    }
    for (const Line& line : lines) write(line, {});
    if (rest.count > 0) {
        log::warning("refusals.summed_up", {{"lines", rest.lines}, {"count", rest.count}});
    }
}

void Refusals::write(const Line& line, std::string_view why) {
    log::write(traits[index_of(line.kind)].level, "visitor.refused",
               {{"kind", to_string(line.kind)},
                {"address", line.address},
                {"account", line.account},
                {"count", line.count},
                {"why", why}});
}

Conditions Refusals::conditions() const {
    Conditions out;
    if (guessed_.is_within(limits::refusal_guessing_lasts, clock_.steady())) {
        out.push_back({"guessing", "Somebody guesses passwords, codes, tokens or stream keys.",
                       "Look at the refusals who it is, and close the firewall to that address."});
    }
    return out;
}

std::vector<Refusals::Row> Refusals::list(Order order, std::size_t count_max) const {
    std::vector<Row> rows;
    {
        const Lock lock(mutex_);
        rows.reserve(by_address_.size());
        for (const auto& [address, its] : by_address_) {
            rows.push_back({.address = address,
                            .account = its.account,
                            .counts = its.counts,
                            .total = sum_of(its.counts),
                            .first = its.first,
                            .last = its.last});
        }
    }
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(count_max, rows.size()));
    std::ranges::partial_sort(rows, end, [order](const Row& a, const Row& b) {
        const auto key = [order](const Row& row) {
            const auto most = static_cast<std::int64_t>(row.total);
            const std::int64_t newest = to_unix_ms(row.last);
            return order == Order::Most ? std::pair(most, newest) : std::pair(newest, most);
        };
        return key(a) > key(b) || (key(a) == key(b) && a.address < b.address);
    });
    rows.erase(end, rows.end());
    return rows;
}

std::size_t Refusals::addresses() const {
    const Lock lock(mutex_);
    return by_address_.size();
}

RefusalCounts Refusals::totals() const {
    const Lock lock(mutex_);
    return totals_;
}

}  // namespace shopcast
