#include "net/http_client.hpp"
#include <pthread.h>

#include <curl/curl.h>

#include <utility>

#include "base/check.hpp"
#include "net/limits.hpp"

namespace shopcast::net {
namespace {

/// Also without a wake-up the thread looks after this: libcurl has timers of its own.
constexpr int poll_ms = 1000;

Error to_error(CURLcode code, const char* words) {
    std::string message = *words != '\0' ? words : ::curl_easy_strerror(code);
    if (code == CURLE_OPERATION_TIMEDOUT) return {Errc::Timeout, std::move(message)};
    if (code == CURLE_WRITE_ERROR) return {Errc::TooLarge, "the answer is too long"};
    return {Errc::Io, std::move(message)};
}

}  // namespace

struct HttpClient::Transfer {
    Transfer(HttpRequest to_send, Done to_call);

    static std::size_t take(char* data, std::size_t size, std::size_t count, void* transfer);

    std::unique_ptr<CURL, void (*)(CURL*)> curl{::curl_easy_init(), ::curl_easy_cleanup};
    std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers{nullptr, ::curl_slist_free_all};
    HttpRequest request;
    Done done;
    HttpAnswer answer;
    char words[CURL_ERROR_SIZE] = {};
};

HttpClient::Transfer::Transfer(HttpRequest to_send, Done to_call)
    : request(std::move(to_send)), done(std::move(to_call)) {
    ENSURE(curl != nullptr, "no memory");
    for (const std::string& header : request.headers) {
        headers.reset(::curl_slist_append(headers.release(), header.c_str()));
    }
    CURL* const easy = curl.get();
    ::curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method != "GET") {
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    }
    ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words);
}

std::size_t HttpClient::Transfer::take(char* data, std::size_t size, std::size_t count,
                                       void* transfer) {
    std::string& body = static_cast<Transfer*>(transfer)->answer.body;
    if (body.size() + size * count > limits::outgoing_answer_bytes_max) return 0;
    body.append(data, size * count);
    return size * count;
}

HttpClient::HttpClient() : multi_(::curl_multi_init()) {
    ENSURE(multi_ != nullptr, "no memory");
    thread_ = std::thread([this] { thread_main(); });
}

HttpClient::~HttpClient() {
    stop();
    ::curl_multi_cleanup(multi_);
}

void HttpClient::stop() {
    {
        const Lock lock(mutex_);
        stopping_ = true;
    }
    ::curl_multi_wakeup(multi_);
    if (thread_.joinable()) thread_.join();
}

void HttpClient::send(HttpRequest request, Done done) {
    {
        const Lock lock(mutex_);
        if (!stopping_ && waiting_.size() < limits::outgoing_waiting_max) {
            waiting_.push_back({std::move(request), std::move(done)});
            ::curl_multi_wakeup(multi_);
            return;
        }
    }
    done(fail(Errc::Busy, "too many requests wait for other servers"));
}

void HttpClient::thread_main() {
    ::pthread_setname_np(::pthread_self(), "http-out");
    while (start_waiting()) {
        int running = 0;
        ::curl_multi_perform(multi_, &running);
        // Those that ended leave room for those that wait.
        if (finish_ended()) continue;
        ::curl_multi_poll(multi_, nullptr, 0, poll_ms, nullptr);
    }
    end_all();
}

/// False: stopping.
bool HttpClient::start_waiting() {
    const Lock lock(mutex_);
    while (!waiting_.empty() && transfers_.size() < limits::outgoing_at_once) {
        Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        auto transfer = std::make_unique<Transfer>(std::move(next.request), std::move(next.done));
        ::curl_multi_add_handle(multi_, transfer->curl.get());
        transfers_.emplace(transfer->curl.get(), std::move(transfer));
    }
    return !stopping_;
}

bool HttpClient::finish_ended() {
    int left = 0;
    bool any = false;
    while (const CURLMsg* const message = ::curl_multi_info_read(multi_, &left)) {
        any = true;
        const CURLcode code = message->data.result;
        auto ended = transfers_.extract(message->easy_handle);
        Transfer& transfer = *ended.mapped();
        ::curl_multi_remove_handle(multi_, transfer.curl.get());
        if (code != CURLE_OK) {
            transfer.done(std::unexpected(to_error(code, transfer.words)));
            continue;
        }
        long status = 0;
        ::curl_easy_getinfo(transfer.curl.get(), CURLINFO_RESPONSE_CODE, &status);
        transfer.answer.status = static_cast<int>(status);
        transfer.done(std::move(transfer.answer));
    }
    return any;
}

void HttpClient::end_all() {
    const Error stopped{Errc::Closed, "the server stops"};
    for (auto& [curl, transfer] : transfers_) {
        ::curl_multi_remove_handle(multi_, curl);
        transfer->done(std::unexpected(stopped));
    }
    transfers_.clear();
    std::deque<Waiting> waiting;
    {
        const Lock lock(mutex_);
        waiting.swap(waiting_);
    }
    for (Waiting& one : waiting) one.done(std::unexpected(stopped));
}

}  // namespace shopcast::net
