#include "show/stream_records.hpp"

#include "base/limits.hpp"

namespace shopcast::show {
namespace {

/// A position is saved with each segment, a moment after it was published. What was served beyond
/// the saved position stays below these: media sequence numbers may be skipped, never repeated.
constexpr std::int64_t segments_skipped = 8;
constexpr std::int64_t epochs_skipped = 1000;

}  // namespace

Result<void> insert_stream(store::Database& database, const media::LiveStreamSettings& stream) {
    store::Statement insert = TRY(database.prepare(
        "INSERT INTO stream(id, channel, started_at_ms, alive_at_ms) VALUES (?, ?, ?, ?)"));
    insert.bind(stream.id.value).bind(stream.channel).bind(to_unix_ms(stream.started_at));
    insert.bind(to_unix_ms(stream.started_at));
    TRY_VOID(insert.step());
    return {};
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
