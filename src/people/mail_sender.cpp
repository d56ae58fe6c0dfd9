#include "people/mail_sender.hpp"

#include <curl/curl.h>

#include <algorithm>

#include "people/limits.hpp"
#include "people/mail_text.hpp"

namespace shopcast::people {
namespace {

struct Upload {
    const std::string& message;
    std::size_t at = 0;
};

std::size_t read_more(char* out, std::size_t size, std::size_t count, void* argument) {
    auto* upload = static_cast<Upload*>(argument);
    const std::size_t length = std::min(size * count, upload->message.size() - upload->at);
    std::copy_n(upload->message.data() + upload->at, length, out);
    upload->at += length;
    return length;
}

class SmtpSender final : public MailSender {
public:
    explicit SmtpSender(MailSettings settings) : settings_(std::move(settings)) {}

    Result<void> send(const std::string& from, const std::string& to,
                      const std::string& message) override {
        const std::unique_ptr<CURL, void (*)(CURL*)> curl(::curl_easy_init(), ::curl_easy_cleanup);
        if (!curl) return fail(Errc::Io, "cannot start libcurl");
        const std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients(
            ::curl_slist_append(nullptr, to.c_str()), ::curl_slist_free_all);
        Upload upload{message};
        char words[CURL_ERROR_SIZE] = {};
        set_up(curl.get());
        ::curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
        ::curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
        ::curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, read_more);
        ::curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
        ::curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
        ::curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, words);
        const CURLcode rc = ::curl_easy_perform(curl.get());
        if (rc == CURLE_OK) return {};
        long status = 0;
        ::curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
        const std::string reason = words[0] != '\0' ? words : ::curl_easy_strerror(rc);
        // RFC 5321, 4.2.1: 5yz is for good. Not while signing in: a password may be put right.
        const bool for_good = status >= 500 && status <= 599 && rc != CURLE_LOGIN_DENIED;
        return fail(for_good ? Errc::Malformed : Errc::Io, reason);
    }

private:
    void set_up(CURL* curl) const {
        const bool with_password = !settings_.username.empty();
        ::curl_easy_setopt(curl, CURLOPT_URL, settings_.smtp_url.c_str());
        ::curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        ::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        ::curl_easy_setopt(curl, CURLOPT_TIMEOUT,
                           static_cast<long>(std::chrono::seconds(limits::smtp_timeout).count()));
        ::curl_easy_setopt(curl, CURLOPT_USE_SSL,
                           static_cast<long>(with_password ? CURLUSESSL_ALL : CURLUSESSL_TRY));
        if (!with_password) return;
        ::curl_easy_setopt(curl, CURLOPT_USERNAME, settings_.username.c_str());
        ::curl_easy_setopt(curl, CURLOPT_PASSWORD, settings_.password.c_str());
    }

    const MailSettings settings_;
};

}  // namespace

std::unique_ptr<MailSender> smtp_sender(MailSettings settings) {
    return std::make_unique<SmtpSender>(std::move(settings));
}

}  // namespace shopcast::people
