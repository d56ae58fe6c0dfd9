#include "show/stream_records.hpp"

#include "show/limits.hpp"

namespace shopcast::show {
namespace {

/// A position is saved with each segment, a moment after it was published. What was served beyond
/// the saved position stays below these: media sequence numbers may be skipped, never repeated.
constexpr std::int64_t segments_skipped = 8;
constexpr std::int64_t epochs_skipped = 1000;

constexpr std::string_view select_stream =
    "SELECT stream.id, stream.channel, channel.title, channel.shop, stream.started_at_ms,"
    " stream.ended_at_ms, stream.end_reason, stream.viewers_peak, stream.encoder, stream.address,"
    " stream.last_error FROM stream JOIN channel ON channel.name = stream.channel WHERE ";

StreamRecord record_of(const store::Statement& row) {
    StreamRecord record{.id = std::string(row.text(0)),
                        .channel = std::string(row.text(1)),
                        .channel_title = std::string(row.text(2)),
                        .shop = std::string(row.text(3)),
                        .started_at = WallTime(Milliseconds(row.integer(4))),
                        .ended_at = {},
                        .end_reason = std::string(row.text(6)),
                        .viewers_peak = static_cast<std::size_t>(row.integer(7)),
                        .encoder = std::string(row.text(8)),
                        .address = std::string(row.text(9)),
                        .last_error = std::string(row.text(10))};
    if (!row.is_null(5)) record.ended_at = WallTime(Milliseconds(row.integer(5)));
    return record;
}

Result<void> make_room(store::Database& database, const std::string& channel) {
    store::Statement remove = TRY(database.prepare(
        "DELETE FROM stream WHERE ended_at_ms IS NOT NULL AND id IN (SELECT id FROM stream"
        " WHERE channel = ? ORDER BY started_at_ms DESC LIMIT ? OFFSET ?)"));
    remove.bind(channel).bind(static_cast<std::int64_t>(limits::retention_rows_at_once));
    return remove.bind(limits::streams_of_channel_max).run();
}

/// "(?, ?, ?)"
std::string places(std::size_t count) {
    std::string out = "(";
    for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ", ?";
    return out + ')';
}

}  // namespace

Result<void> insert_stream(store::Database& database, const media::LiveStreamSettings& stream) {
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO stream(id, channel, started_at_ms, alive_at_ms) VALUES (?, ?, ?, ?)"));
    insert.bind(stream.id.value).bind(stream.channel).bind(to_unix_ms(stream.started_at));
    insert.bind(to_unix_ms(stream.started_at));
    TRY_VOID(insert.step());
    return make_room(database, stream.channel);
}

store::Retention old_streams(Milliseconds keep) {
    return store::older_rows("streams",
                             "DELETE FROM stream WHERE id IN (SELECT id FROM stream"
                             " WHERE started_at_ms < ?1 AND ended_at_ms IS NOT NULL LIMIT ?2)",
                             keep);
}

Result<void> save_position(store::Database& database, const std::string& id,
                           const media::StreamPosition& position, WallTime at) {
    store::Statement update = TRY(database.prepare(
        "UPDATE stream SET alive_at_ms = ?, next_msn = ?, discontinuities = ?, next_epoch = ?,"
        " part_target_ms = ? WHERE id = ?"));
    update.bind(to_unix_ms(at)).bind(static_cast<std::int64_t>(position.next_msn));
    update.bind(static_cast<std::int64_t>(position.discontinuities));
    update.bind(std::int64_t{position.next_epoch}).bind(position.part_target.count()).bind(id);
    TRY_VOID(update.step());
    return {};
}

Result<void> end_stream(store::Database& database, const std::string& id, WallTime at,
                        const std::string& reason) {
    store::Statement update =
        TRY(database.prepare("UPDATE stream SET ended_at_ms = ?, end_reason = ? WHERE id = ?"));
    update.bind(to_unix_ms(at)).bind(reason).bind(id);
    TRY_VOID(update.step());
    return {};
}

Result<void> save_facts(store::Database& database, const std::string& id,
                        const StreamFacts& facts) {
    store::Statement update = TRY(database.prepare(
        "UPDATE stream SET viewers_peak = MAX(viewers_peak, ?), encoder = ?, address = ?,"
        " last_error = ? WHERE id = ?"));
    update.bind(static_cast<std::int64_t>(facts.viewers_peak)).bind(facts.encoder);
    update.bind(facts.address).bind(facts.last_error).bind(id);
    TRY_VOID(update.step());
    return {};
}

Result<std::vector<StreamRecord>> list_streams(store::Database& database,
                                               const StreamFilter& filter) {
    std::string sql(select_stream);
    sql += "TRUE";
    if (filter.shops) sql += " AND channel.shop IN " + places(filter.shops->size());
    if (filter.channel) sql += " AND stream.channel = ?";
    if (filter.live) {
        sql += *filter.live ? " AND ended_at_ms IS NULL AND stream.id NOT IN "
                            : " AND (ended_at_ms IS NOT NULL OR stream.id IN ";
        sql += places(filter.over.size());
        if (!*filter.live) sql += ')';
    }
    if (filter.behind) sql += " AND (stream.started_at_ms, stream.id) < (?, ?)";
    sql += " ORDER BY stream.started_at_ms DESC, stream.id DESC LIMIT ?";
    store::Statement query = TRY(database.prepare(sql));
    if (filter.shops) {
        for (const std::string& shop : *filter.shops) query.bind(shop);
    }
    if (filter.channel) query.bind(*filter.channel);
    if (filter.live) {
        for (const std::string& id : filter.over) query.bind(id);
    }
    if (filter.behind) query.bind(filter.behind->started_at_ms).bind(filter.behind->id);
    query.bind(static_cast<std::int64_t>(filter.count_max));
    std::vector<StreamRecord> records;
    while (TRY(query.step())) records.push_back(record_of(query));
    return records;
}

Result<std::optional<StreamRecord>> find_stream(store::Database& database, const std::string& id) {
    store::Statement query = TRY(database.prepare(std::string(select_stream) + "stream.id = ?"));
    query.bind(id);
    if (!TRY(query.step())) return std::nullopt;
    return record_of(query);
}

Result<std::vector<media::LiveStreamSettings>> take_over_streams(store::Database& database,
                                                                 WallTime now) {
    store::Statement end = TRY(database.prepare(
        "UPDATE stream SET ended_at_ms = MAX(started_at_ms, alive_at_ms),"
        " end_reason = 'server stopped' WHERE ended_at_ms IS NULL AND (alive_at_ms < ? OR"
        " EXISTS (SELECT 1 FROM stream AS newer WHERE newer.channel = stream.channel"
        " AND newer.started_at_ms > stream.started_at_ms))"));
    end.bind(to_unix_ms(now - limits::stream_resumed_within));
    TRY_VOID(end.step());
    store::Statement skip = TRY(
        database.prepare("UPDATE stream SET next_msn = next_msn + ?, next_epoch = next_epoch + ?"
                         " WHERE ended_at_ms IS NULL"));
    skip.bind(segments_skipped).bind(epochs_skipped);
    TRY_VOID(skip.step());

    store::Statement query = TRY(database.prepare(
        "SELECT id, channel, started_at_ms, next_msn, discontinuities, next_epoch, part_target_ms"
        " FROM stream WHERE ended_at_ms IS NULL ORDER BY started_at_ms"));
    std::vector<media::LiveStreamSettings> streams;
    while (TRY(query.step())) {
        streams.push_back({.id = media::StreamId(std::string(query.text(0))),
                           .channel = std::string(query.text(1)),
                           .started_at = WallTime(Milliseconds(query.integer(2))),
                           .packager = {},
                           .resumed_at = media::StreamPosition{
                               .next_msn = static_cast<std::uint64_t>(query.integer(3)),
                               .discontinuities = static_cast<std::uint64_t>(query.integer(4)),
                               .next_epoch = static_cast<std::uint32_t>(query.integer(5)),
                               .part_target = Milliseconds(query.integer(6))}});
    }
    return streams;
}

}  // namespace shopcast::show
