#include "api/operations/operations_api.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <functional>
#include <map>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "base/log_ring.hpp"
#include "base/text.hpp"
#include "ops/machine.hpp"
#include "people/account_rows.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using people::Action;

constexpr std::size_t events_in_one_answer_max = 500;

json::array alarms_of(const ops::Alarms& alarms) {
    json::array out;
    for (const ops::Alarm& alarm : alarms.current()) {
        out.push_back({{"code", alarm.what.code},
                       {"message", alarm.what.message},
                       {"advice", alarm.what.advice},
                       {"since", to_rfc3339(alarm.since)}});
    }
    return out;
}

/// The most frequent first; those that there are none of are left out.
json::array kinds_of(const RefusalCounts& counts) {
    std::vector<std::pair<std::uint64_t, RefusalKind>> sorted;
    for (std::size_t kind = 0; kind < refusal_kinds_count; ++kind) {
        if (counts[kind] > 0) sorted.emplace_back(counts[kind], static_cast<RefusalKind>(kind));
    }
    std::ranges::sort(sorted, std::greater());
    json::array out;
    for (const auto& [count, kind] : sorted) {
        out.push_back({{"kind", to_string(kind)}, {"count", count}});
    }
    return out;
}

using Logins = std::map<std::string, std::string>;

/// By the accounts' ids; those that nobody knows any more have none.
Result<Logins> logins_of(store::Database& database, const std::vector<Refusals::Row>& rows) {
    Logins logins;
    for (const Refusals::Row& row : rows) {
        if (row.account.empty() || logins.contains(row.account)) continue;
        people::AccountName name = TRY(people::read_name(database, people::AccountId(row.account)));
        if (!name.login.empty()) logins.emplace(row.account, std::move(name.login));
    }
    return logins;
}

json::object row_of(const Refusals::Row& row, const Logins& logins) {
    json::object out{{"address", row.address},
                     {"account", nullptr},
                     {"count", row.total},
                     {"kinds", kinds_of(row.counts)},
                     {"first_at", to_rfc3339(row.first)},
                     {"last_at", to_rfc3339(row.last)}};
    const auto login = logins.find(row.account);
    if (login != logins.end()) out["account"] = {{"id", row.account}, {"login", login->second}};
    return out;
}

Checked<Refusals::Order> order_in(const http::Request& request) {
    const std::string text = request.query("order").value_or("newest");
    if (text == "newest") return Refusals::Order::Newest;
    if (text == "most") return Refusals::Order::Most;
    return Input::wrong("order", "\"order\" is newest or most.");
}

}  // namespace

OperationsApi::OperationsApi(OperationsSources sources, const Refusals& refusals,
                             store::Readers& readers)
    : sources_(std::move(sources)),
      refusals_(refusals),
      readers_(readers),
      started_at_(sources_.clock.wall()) {}

Reply OperationsApi::summary() const {
    const ops::ProcessUse use = ops::process_use();
    const ops::DiskRoom disk = sources_.alarms.disk();
    const auto uptime =
        std::chrono::floor<std::chrono::seconds>(sources_.clock.wall() - started_at_);
    return json_reply(json::object{
        {"version", sources_.version},
        {"started_at", to_rfc3339(started_at_)},
        {"uptime_s", uptime.count()},
        {"streams_live", sources_.on_air.size()},
        {"viewers", sources_.audience.total()},
        {"connections",
         {{"http", sources_.http_connections()}, {"rtmp", sources_.rtmp_connections()}}},
        {"memory_bytes", use.memory_bytes},
        {"cpu_seconds", use.cpu_seconds},
        {"disk", {{"free_bytes", disk.free_bytes}, {"total_bytes", disk.total_bytes}}},
        {"database",
         {{"writer_queue", sources_.writer.queued()}, {"commits", sources_.writer.commits()}}},
        {"ready", sources_.ready.load()},
        {"alarms", alarms_of(sources_.alarms)}});
}

Reply OperationsApi::events(const Call& call) const {
    std::uint64_t after = 0;
    if (const auto text = call.request.query("after")) {
        const auto number = parse_int<std::uint64_t>(*text);
        if (!number) return Input::wrong("after", "\"after\" is a sequence number.");
        after = *number;
    }
    log::Level least = log::Level::Debug;
    if (const auto text = call.request.query("level"); text && !text->empty()) {
        const auto level = log::level_from(*text);
        if (!level) {
            return Input::wrong("level", "\"level\" is debug, info, warning or error.");
        }
        least = *level;
    }
    const auto page = log::recent().read(after, least, events_in_one_answer_max);
    json::array events;
    for (const log::Line& line : page.lines) {
        events.push_back({{"seq", line.seq},
                          {"at", to_rfc3339(line.at)},
                          {"level", log::to_string(line.level)},
                          {"event", line.event},
                          {"fields", json::parse(line.fields)}});
    }
    return json_reply(json::object{{"events", std::move(events)}, {"last_seq", page.last_seq}});
}

async::Task<Reply> OperationsApi::refusals(Call& call) {
    CO_TRY(const Refusals::Order order, order_in(call.request));
    CO_TRY(const Page page, page_of(call.request));
    const std::vector<Refusals::Row> rows = refusals_.list(order, page.limit);
    const auto look_up = [rows](store::Database& database) { return logins_of(database, rows); };
    CO_TRY(const Logins logins,
           co_await readers_.read<Logins>(call.loop(), call.own_read(), look_up));
    json::array addresses;
    for (const Refusals::Row& row : rows) addresses.push_back(row_of(row, logins));
    co_return json_reply(json::object{{"addresses", std::move(addresses)},
                                      {"addresses_known", refusals_.addresses()},
                                      {"since", to_rfc3339(started_at_)},
                                      {"totals", kinds_of(refusals_.totals())}});
}

Reply OperationsApi::self_check() const {
    json::array findings;
    for (const settings::Finding& finding : sources_.self_check()) {
        findings.push_back({{"severity", settings::to_string(finding.severity)},
                            {"code", finding.code},
                            {"message", finding.message},
                            {"advice", finding.advice}});
    }
    return json_reply(json::object{{"findings", std::move(findings)}});
}

void OperationsApi::add_routes(ApiRoutes& routes) {
    // A host operates its own channels; these are about the whole server.
    const auto server = Needs::read(Action::Operate, Needs::Where::Server);
    routes.get("/api/v1/operations/summary", server, [this](Call&) -> Reply { return summary(); });
    routes.get("/api/v1/operations/events", server,
               [this](Call& call) -> Reply { return events(call); });
    routes.get("/api/v1/operations/refusals", server,
               [this](Call& call) { return refusals(call); });
    routes.get("/api/v1/operations/self-check", server,
               [this](Call&) -> Reply { return self_check(); });
}

}  // namespace shopcast::api
