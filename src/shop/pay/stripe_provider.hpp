#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/mutex.hpp"
#include "net/http_client.hpp"
#include "shop/limits.hpp"
#include "shop/pay/provider.hpp"
#include "shop/pay/stripe_objects.hpp"

namespace shopcast::shop {

struct StripeSettings {
    std::string secret_key;
    std::string publishable_key;               ///< For the buyers' pages.
    std::vector<std::string> webhook_secrets;  ///< Two while one replaces the other.
    std::string api_url = "https://api.stripe.com";
    std::string script_url = "https://js.stripe.com/v3/";
    /// Of this data folder; several may share one account.
    std::string installation;
};

/// What pages pay with, by payment: Stripe tells it when the payment is made, and it stays the
/// same. The newest limits::client_secrets_max are remembered. Safe from any thread.
class ClientSecrets {
public:
    std::optional<std::string> find(const std::string& provider_ref) const;
    void put(const std::string& provider_ref, std::string secret);
    /// False: it is being asked for.
    bool begin(const std::string& provider_ref);
    void end(const std::string& provider_ref);

private:
    mutable Mutex mutex_;
    std::unordered_map<std::string, std::string> known_ GUARDED_BY(mutex_);
    std::deque<std::string> oldest_first_ GUARDED_BY(mutex_);
    std::unordered_set<std::string> being_asked_ GUARDED_BY(mutex_);
};

/// Payments by Stripe's PaymentIntents, authorized by the buyer in the page and captured by us.
///
/// Asking twice does it once: making and refunding carry an idempotency key; capturing and
/// cancelling are done or not, and Stripe answers what is true. As long as we have not heard what
/// an intent is called we ask for it to be made, under the same key: that gives the one of the
/// first time. So NotFound is never said. One that an expired order still makes is cancelled, and
/// nobody can have paid it: its client secret was never told.
/// Source: docs.stripe.com/api, of `api_version` in the .cpp.
class StripeProvider final : public Provider {
public:
    /// `sender` outlives it.
    StripeProvider(StripeSettings settings, net::HttpSender& sender);

    void ask(const ProviderRequest& ask, Heard heard) override;

    /// What the buyer's page needs to pay (Stripe.js). Errors: NotFound, Conflict when it cannot be
    /// paid any more, Io when Stripe does not answer.
    using Secret = std::move_only_function<void(Result<std::string>)>;
    void fetch_client_secret(const std::string& provider_ref, Secret done);
    const std::string& publishable_key() const { return settings_.publishable_key; }
    const std::string& script_url() const { return settings_.script_url; }

    /// What a webhook reports, after its signature; nothing when it is not about our payments.
    /// Errors: Malformed, Unauthorized.
    Result<std::optional<ReportPayment>> read_webhook(std::string_view signature_header,
                                                      std::string_view body, WallTime now) const;

private:
    using Fields = std::vector<std::pair<std::string, std::string>>;
    using Done = net::HttpSender::Done;
    void post(std::string path, const Fields& fields, const std::string& key, Done done);
    void get(std::string path, Done done);
    net::HttpRequest request(std::string method, std::string path) const;
    Fields mark(const ProviderRequest& ask) const;
    std::string key_of(std::string_view what, std::int64_t id, const ProviderRequest& ask) const;

    void create(const ProviderRequest& ask, Heard heard);
    void cancel(const ProviderRequest& ask, Heard heard);
    void look_for_refund(const ProviderRequest& ask, Heard heard);
    void refund(const ProviderRequest& ask, Heard heard);

    const StripeSettings settings_;
    net::HttpSender& sender_;
    ClientSecrets secrets_;
};

}  // namespace shopcast::shop
