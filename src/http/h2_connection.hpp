#pragma once

#include <memory>
#include <unordered_map>

#include "async/task.hpp"
#include "http/h2_session.hpp"
#include "http/h2_stream.hpp"
#include "http/shard.hpp"
#include "net/stream.hpp"

namespace shopcast::http {

/// One HTTP/2 connection: every request is answered by a task of its own, so that a playlist that
/// is held does not hold the others; what they answer is sent as the client's windows allow.
///
/// Its reader, its writer and the tasks own it together. An idle one holds no writer and no
/// buffer but the reader's small one.
class H2Connection final : public Drainable,
                           public H2Events,
                           public std::enable_shared_from_this<H2Connection> {
public:
    static async::Task<void> serve(Admission admission, std::unique_ptr<net::Stream> stream);

    H2Connection(Admission admission, std::unique_ptr<net::Stream> stream);

    void on_drain() override;

    bool on_request_begins(std::int32_t id) override;
    void on_field(std::int32_t id, std::string_view name, std::string_view value) override;
    void on_head_ended(std::int32_t id, bool request_ended) override;
    void on_body(std::int32_t id, ByteSpan piece) override;
    void on_request_ended(std::int32_t id) override;
    void on_answered(std::int32_t id) override;
    void on_closed(std::int32_t id) override;

private:
    using SharedStream = std::shared_ptr<H2Stream>;

    /// Looks at deadlines with the loop's sweep.
    class Watch final : public async::Swept {
    public:
        explicit Watch(H2Connection& connection) : connection_(connection) {}
        void on_sweep(SteadyTime now) override { connection_.look_at_deadlines(now); }
        void on_stop() override {}

    private:
        H2Connection& connection_;
    };

    async::Task<void> read_all();
    static async::Task<void> write_all(std::shared_ptr<H2Connection> self);
    static async::Task<void> answer(std::shared_ptr<H2Connection> self, SharedStream stream);

    H2Stream* find(std::int32_t id) const;
    void refuse(H2Stream& stream, int status, std::string_view code, std::string_view detail);
    /// Counts why the session takes no more, where that is the client's doing; once.
    void count_end();
    void begin_answer(H2Stream& stream);
    void respond(H2Stream& stream, Response response);
    void observe(const H2Stream& stream);
    void look_at_deadlines(SteadyTime now);
    /// Has the writer send what the session holds.
    void flush();
    void end();

    // Constant after construction.
    Admission admission_;
    Shard& shard_;
    std::unique_ptr<net::Stream> stream_;

    // Owned by the loop's thread.
    Watch watch_;
    H2Session session_;
    std::unordered_map<std::int32_t, SharedStream> streams_;
    std::size_t tasks_count_ = 0;
    SteadyTime idle_deadline_;
    SteadyTime write_deadline_ = SteadyTime::max();
    SteadyTime linger_deadline_ = SteadyTime::max();
    bool writing_ = false;
    bool ended_ = false;
    bool counted_end_ = false;
};

}  // namespace shopcast::http
