#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "net/limits.hpp"

namespace shopcast::net {

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::string> headers;  ///< "Name: value"; nothing of a user's without a check.
    std::string body;
    Milliseconds timeout = limits::outgoing_timeout;
};

/// Whatever the other server said, errors of its own included.
struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// Sends requests to other people's servers.
class HttpSender {
public:
    using Done = std::move_only_function<void(Result<HttpAnswer>)>;

    virtual ~HttpSender() = default;
    /// `done` is called once, on any thread, and must not block. Errors: Busy (not sent), and
    /// Timeout, TooLarge, Closed, Io: then it may have been done or not.
    virtual void send(HttpRequest request, Done done) = 0;
};

/// By HTTP/1.1 or 2 over libcurl on one thread ("http-out"), with connections kept open.
/// Certificates are checked, redirects not followed. limits::outgoing_at_once are under way,
/// limits::outgoing_waiting_max wait; more are Busy.
class HttpClient final : public HttpSender {
public:
    HttpClient();
    /// What is under way ends as Closed.
    ~HttpClient() override;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void send(HttpRequest request, Done done) override;

    /// Ends what is under way as Closed; what is sent later is Busy. Once it has returned, nothing
    /// is called from this client's thread.
    void stop();

private:
    struct Waiting {
        HttpRequest request;
        Done done;
    };
    struct Transfer;
    void thread_main();
    bool start_waiting();
    bool finish_ended();
    void end_all();

    void* const multi_;  ///< CURLM: this header does not bring libcurl's.

    Mutex mutex_;
    std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    // Owned by the thread.
    std::unordered_map<void*, std::unique_ptr<Transfer>> transfers_;  ///< by CURL

    std::thread thread_;
};

}  // namespace shopcast::net
