#include "ops/admin_client.hpp"

#include <curl/curl.h>

#include <memory>

namespace shopcast::ops {
namespace {

constexpr long timeout_s = 10;

std::size_t append_body(char* data, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
}

}  // namespace

Result<AdminAnswer> ask_server(const std::filesystem::path& socket, std::string_view target,
                               std::string_view json_body) {
    const std::unique_ptr<CURL, void (*)(CURL*)> request(curl_easy_init(), curl_easy_cleanup);
    if (!request) return fail(Errc::Internal, "libcurl does not start");

    const std::string url = "http://shopcast" + std::string(target);
    const std::string body(json_body);
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
        curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
    AdminAnswer answer{0, {}};
    curl_easy_setopt(request.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
    curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(request.get(), CURLOPT_TIMEOUT, timeout_s);
    curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(request.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &answer.body);
    if (!body.empty()) {
        curl_easy_setopt(request.get(), CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(request.get(), CURLOPT_POSTFIELDS, body.c_str());
    }
    if (const CURLcode rc = curl_easy_perform(request.get()); rc != CURLE_OK) {
        return fail(Errc::Config, "no shopcast server answers at " + socket.string() + " (" +
                                      curl_easy_strerror(rc) +
                                      "); start one with \"shopcast serve\", or name its data "
                                      "folder with --data");
    }
    long status = 0;
    curl_easy_getinfo(request.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
}

}  // namespace shopcast::ops
