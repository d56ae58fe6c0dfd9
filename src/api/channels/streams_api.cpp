#include "api/channels/streams_api.hpp"

#include <boost/json.hpp>

#include "api/frame/input.hpp"
#include "api/frame/replies.hpp"
#include "audit/deed.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace shopcast::api {
namespace {

namespace json = boost::json;
using async::Task;
using people::Action;
using show::StreamRecord;

/// "1764056400123 abcdefgh"
std::string to_place(const StreamRecord& record) {
    return std::to_string(to_unix_ms(record.started_at)) + ' ' + record.id;
}

std::optional<show::StreamPlace> from_place(std::string_view text) {
    const std::size_t space = text.find(' ');
    const auto started_at_ms = parse_int<std::int64_t>(text.substr(0, space));
    if (!started_at_ms || space == std::string_view::npos) return std::nullopt;
    return show::StreamPlace{*started_at_ms, std::string(text.substr(space + 1))};
}

Checked<show::StreamFilter> filter_of(const Call& call) {
    const Page page = TRY(page_of(call.request));
    // One more than the page, to know whether there is another.
    show::StreamFilter filter{.shops = {},
                              .channel = call.request.query("channel"),
                              .live = {},
                              .over = {},
                              .behind = {},
                              .count_max = page.limit + 1};
    const people::Reach reach = people::reach_of(call.caller, Action::Operate);
    if (!reach.everywhere()) filter.shops = reach.shops;
    if (const auto state = call.request.query("state")) {
        if (*state != "live" && *state != "ended") {
            return Input::wrong("state", "\"state\" is \"live\" or \"ended\".");
        }
        filter.live = *state == "live";
    }
    if (!page.cursor.empty()) {
        filter.behind = from_place(page.cursor);
        if (!filter.behind) return Input::wrong("cursor", "\"cursor\" is what next_cursor said.");
    }
    return filter;
}

constexpr std::size_t reason_bytes_max = 200;

}  // namespace

Task<Reply> StreamsApi::list(Call& call) {
    CO_TRY(show::StreamFilter filter, filter_of(call));
    if (filter.live) filter.over = sources_.history.ended();
    const std::size_t limit = filter.count_max - 1;
    auto query = [filter = std::move(filter)](store::Database& database) {
        return show::list_streams(database, filter);
    };
    CO_TRY(std::vector<StreamRecord> records,
           co_await readers_.read<std::vector<StreamRecord>>(call.loop(), call.public_read(),
                                                             std::move(query)));
    std::optional<std::string> next;
    if (records.size() > limit) {
        records.resize(limit);
        next = to_place(records.back());
    }
    json::array streams;
    for (StreamRecord& record : records) {
        streams.push_back(
            summary_of(sources_, call.loop(), newest_of(sources_, std::move(record))));
    }
    co_return json_reply(
        json::object{{"streams", std::move(streams)}, {"next_cursor", cursor_to(next)}});
}

Task<Checked<StreamRecord>> StreamsApi::find(Call& call, people::Access access) {
    auto query = [id = call.param("stream")](store::Database& database) {
        return show::find_stream(database, id);
    };
    CO_TRY(std::optional<StreamRecord> record,
           co_await readers_.read<std::optional<StreamRecord>>(call.loop(), call.public_read(),
                                                               std::move(query)));
    const Problem missing = not_found("stream", call.request.param("stream"));
    if (!record) co_return std::unexpected(missing);
    people::Target target;
    target.shop = record->shop;
    CO_CHECK(require(people::decide(call.caller, Action::Operate, target, access), missing));
    co_return newest_of(sources_, *std::move(record));
}

Task<Reply> StreamsApi::one(Call& call) {
    CO_TRY(const StreamRecord record, co_await find(call, people::Access::Read));
    co_return object_reply(detail_of(sources_, call.loop(), record));
}

Task<Reply> StreamsApi::stop(Call& call) {
    CO_TRY(Input in, Input::of(call.request));
    const std::string reason = in.text("reason");
    CO_CHECK(in.check());
    if (reason.size() > reason_bytes_max) {
        co_return Input::wrong("reason", "\"reason\" has at most 200 bytes.");
    }
    CO_TRY(const StreamRecord record, co_await find(call, people::Access::Write));
    if (record.ended_at) {
        co_return problem(409, "stream_ended", "This stream has ended already.");
    }
    audit::Deed deed{.by = call.actor(),
                     .action = "stream.stop",
                     .target = "stream/" + record.id,
                     .shop = record.shop,
                     .detail = {{"channel", record.channel}}};
    if (!reason.empty()) deed.detail.emplace_back("reason", reason);
    store::Writer::Work work = [deed = std::move(deed),
                                now = sources_.clock.wall()](store::Database& database) {
        return audit::record(database, deed, now);
    };
    CO_CHECK(co_await writer_.run(call.loop(), std::move(work)));
    std::string words = "This stream was stopped by " + call.caller.who->display_name;
    words += reason.empty() ? "." : ": " + reason;
    log::info("stream.stop_asked", {{"stream", record.id},
                                    {"channel", record.channel},
                                    {"by", call.caller.who->login},
                                    {"reason", reason}});
    on_air_.stop(record.channel, words);
    co_return no_content();
}

void StreamsApi::add_routes(ApiRoutes& routes) {
    routes.get("/api/v1/streams", Needs::read(Action::Operate),
               [this](Call& call) { return list(call); });
    routes.get("/api/v1/streams/:stream", Needs::read(Action::Operate),
               [this](Call& call) { return one(call); });
    routes.post("/api/v1/streams/:stream/stop", Needs::write(Action::Operate),
                [this](Call& call) { return stop(call); }, {.body_bytes_max = 4 * limits::KiB});
}

}  // namespace shopcast::api
