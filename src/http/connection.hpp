#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/route.hpp"
#include "http/shard.hpp"
#include "net/stream.hpp"

namespace shopcast::http {

/// One HTTP/1.1 connection: reads a request, has its route answer it, writes the response, again.
/// An idle one holds a small read buffer and this object, nothing else.
class Connection final : public Drainable {
public:
    static async::Task<void> serve(Admission admission, std::unique_ptr<net::Stream> stream);

    Connection(const Admission& admission, net::Stream& stream);

    /// Ends the connection unless it is within a request.
    void on_drain() override;

private:
    /// Whether a request is ready, was answered with an error, or the connection has ended.
    enum class Ready { Request, Refused, Ended };
    static constexpr std::size_t idle_buffer_bytes = 2048;

    async::Task<void> run();
    async::Task<Ready> read_head();
    async::Task<bool> answer();
    async::Task<void> refuse(int status, std::string_view code, std::string_view detail);
    /// Reading has failed within a request.
    void gave_up(const Error& error) const;
    /// The connection's last answer.
    async::Task<void> send_last(const Response& response, const Router::Route* route);
    async::Task<void> linger();

    async::Task<Ready> read_body(const Router::Route& route);
    async::Task<Ready> read_sized_body(std::size_t length);
    async::Task<Ready> read_chunked_body(std::size_t body_bytes_max);
    async::Task<Ready> refuse_body(const Error& error);
    bool hold(std::size_t bytes);
    async::Task<Result<void>> send_continue();

    /// Renders the head and starts writing; `response` outlives the Task.
    async::Task<Result<void>> send(const Response& response, const Router::Route* route);
    std::span<std::byte> room();
    void finish_request();

    std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
    void grow_buffer();

    // Constant after construction.
    Shard& shard_;
    const Admission& admission_;
    net::Stream& stream_;

    // Owned by the loop's thread. buffer_[begin_, end_) was read and not yet consumed.
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool idle_ = true;
    bool keep_ = true;            ///< another request may follow
    bool client_closes_ = false;  ///< the client said so: nothing more will come

    // The current request.
    wire::RequestHead head_;
    Request request_;
    std::size_t head_length_ = 0;
    std::string path_storage_;
    std::string forwarded_peer_;
    ByteVector body_;
    Share body_share_;  ///< of what body_ may grow to without asking again
    std::size_t body_held_ = 0;
    SteadyTime request_deadline_{};
    std::string response_head_;
    std::array<ByteSpan, 2> pieces_;
};

}  // namespace shopcast::http
