#include "api/operations/operations_api.hpp"

#include <boost/json.hpp>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "base/log_ring.hpp"
#include "base/text.hpp"
#include "ops/machine.hpp"

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

}  // namespace

OperationsApi::OperationsApi(OperationsSources sources)
    : sources_(std::move(sources)), started_at_(sources_.clock.wall()) {}

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
    routes.get("/api/v1/operations/self-check", server,
               [this](Call&) -> Reply { return self_check(); });
}

}  // namespace shopcast::api
