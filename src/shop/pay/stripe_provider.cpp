#include "shop/pay/stripe_provider.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "shop/limits.hpp"
#include "shop/pay/stripe_signature.hpp"
#include "wire/url.hpp"

namespace shopcast::shop {
namespace {

/// What we read is the same in later ones, but a server must not change with its account's setting.
constexpr std::string_view api_version = "2024-06-20";

using net::HttpAnswer;

ReportPayment silence(const ProviderRequest& ask) {
    return {.order = ask.order, .said = Said::Silent, .is_answer = true};
}

/// The request itself was wrong, and will be: an amount out of bounds for instance.
bool is_refused(const Result<HttpAnswer>& answer) {
    return answer && (answer->status == 400 || answer->status == 402);
}

/// Whether it was answered by somebody who knows. 429 and 5xx: it may have been done or not.
bool is_answered(const Result<HttpAnswer>& answer) {
    return answer && answer->status < 500 && answer->status != 429;
}

void log_refusal(const ProviderRequest& ask, const HttpAnswer& answer) {
    log::error("stripe.refused", {{"order", ask.order.value},
                                  {"status", answer.status},
                                  {"words", stripe::parse_error(answer.body)}});
}

/// What is true of the payment after a request about it.
ReportPayment to_report(const ProviderRequest& ask, const Result<HttpAnswer>& answer) {
    if (!is_answered(answer)) return silence(ask);
    auto intent = stripe::parse_intent(answer->body);
    if (!intent) {
        log_refusal(ask, *answer);
        return silence(ask);
    }
    intent->report.order = ask.order;
    intent->report.is_answer = true;
    return std::move(intent->report);
}

ReportPayment to_report(const ProviderRequest& ask, const stripe::RefundObject& refund) {
    if (auto report = refund.report()) {
        report->order = ask.order;
        report->refund = ask.refund;
        report->is_answer = true;
        return *std::move(report);
    }
    // It is asked for again.
    log::warning("stripe.refund_waits", {{"order", ask.order.value}, {"status", refund.status}});
    return silence(ask);
}

}  // namespace

std::optional<std::string> ClientSecrets::find(const std::string& provider_ref) const {
    const Lock lock(mutex_);
    const auto found = known_.find(provider_ref);
    if (found == known_.end()) return std::nullopt;
    return found->second;
}

void ClientSecrets::put(const std::string& provider_ref, std::string secret) {
    if (secret.empty()) return;
    const Lock lock(mutex_);
    if (!known_.insert_or_assign(provider_ref, std::move(secret)).second) return;
    oldest_first_.push_back(provider_ref);
    if (oldest_first_.size() <= limits::client_secrets_max) return;
    known_.erase(oldest_first_.front());
    oldest_first_.pop_front();
}

bool ClientSecrets::begin(const std::string& provider_ref) {
    const Lock lock(mutex_);
    return being_asked_.insert(provider_ref).second;
}

void ClientSecrets::end(const std::string& provider_ref) {
    const Lock lock(mutex_);
    being_asked_.erase(provider_ref);
}

StripeProvider::StripeProvider(StripeSettings settings, net::HttpSender& sender)
    : settings_(std::move(settings)), sender_(sender) {}

net::HttpRequest StripeProvider::request(std::string method, std::string path) const {
    net::HttpRequest out{.method = std::move(method), .url = settings_.api_url + std::move(path)};
    out.headers.push_back("Authorization: Bearer " + settings_.secret_key);
    out.headers.push_back("Stripe-Version: " + std::string(api_version));
    return out;
}

void StripeProvider::post(std::string path, const Fields& fields, const std::string& key,
                          Done done) {
    net::HttpRequest out = request("POST", std::move(path));
    if (!key.empty()) out.headers.push_back("Idempotency-Key: " + key);
    for (const auto& [name, value] : fields) {
        if (!out.body.empty()) out.body += '&';
        out.body.append(wire::percent_encode(name)).append("=").append(wire::percent_encode(value));
    }
    sender_.send(std::move(out), std::move(done));
}

void StripeProvider::get(std::string path, Done done) {
    sender_.send(request("GET", std::move(path)), std::move(done));
}

StripeProvider::Fields StripeProvider::mark(const ProviderRequest& ask) const {
    return {{"metadata[shopcast_installation]", settings_.installation},
            {"metadata[shopcast_order]", std::to_string(ask.order.value)},
            {"metadata[shopcast_placed_at_ms]", std::to_string(ask.placed_at_ms)}};
}

std::string StripeProvider::key_of(std::string_view what, std::int64_t id,
                                   const ProviderRequest& ask) const {
    return fmt::format("shopcast-{}-{}-{}-{}", settings_.installation, what, id, ask.placed_at_ms);
}

void StripeProvider::ask(const ProviderRequest& ask, Heard heard) {
    const std::string intent = "/v1/payment_intents/" + wire::percent_encode(ask.provider_ref);
    const bool has_name = !ask.provider_ref.empty();
    auto report = [ask](Heard to) {
        return [ask, to = std::move(to)](Result<HttpAnswer> answer) mutable {
            to(to_report(ask, answer));
        };
    };
    if (!has_name && ask.kind == RequestKind::Cancel) return cancel(ask, std::move(heard));
    if (!has_name || ask.kind == RequestKind::CreateIntent) return create(ask, std::move(heard));
    switch (ask.kind) {
        case RequestKind::CreateIntent:
        case RequestKind::Fetch: return get(intent, report(std::move(heard)));
        case RequestKind::Capture:
            return post(intent + "/capture", {}, {}, report(std::move(heard)));
        case RequestKind::Cancel: return post(intent + "/cancel", {}, {}, report(std::move(heard)));
        case RequestKind::Refund: return look_for_refund(ask, std::move(heard));
    }
}

void StripeProvider::create(const ProviderRequest& ask, Heard heard) {
    Fields fields = mark(ask);
    fields.emplace_back("amount", std::to_string(ask.amount.minor));
    fields.emplace_back("currency", to_lower(to_string(ask.amount.currency)));
    fields.emplace_back("capture_method", "manual");
    fields.emplace_back("automatic_payment_methods[enabled]", "true");
    auto on_answer = [this, ask, heard = std::move(heard)](Result<HttpAnswer> answer) mutable {
        auto intent = answer ? stripe::parse_intent(answer->body) : std::nullopt;
        if (is_refused(answer) && !intent) {
            log_refusal(ask, *answer);
            heard({.order = ask.order, .said = Said::Refused, .is_answer = true});
            return;
        }
        if (intent) secrets_.put(intent->report.provider_ref, std::move(intent->client_secret));
        heard(to_report(ask, answer));
    };
    post("/v1/payment_intents", fields, key_of("payment", ask.payment.value, ask),
         std::move(on_answer));
}

/// Of one whose name we have not heard: it is made, or heard of, first.
void StripeProvider::cancel(const ProviderRequest& ask, Heard heard) {
    create(ask, [this, ask, heard = std::move(heard)](ReportPayment made) mutable {
        if (made.provider_ref.empty()) {
            heard(std::move(made));
            return;
        }
        ProviderRequest named = ask;
        named.provider_ref = std::move(made.provider_ref);
        this->ask(named, std::move(heard));
    });
}

/// An idempotency key is forgotten after a day, so a refund is looked for before it is made.
void StripeProvider::look_for_refund(const ProviderRequest& ask, Heard heard) {
    auto on_list = [this, ask, heard = std::move(heard)](Result<HttpAnswer> answer) mutable {
        // What is no list, an error's page for instance, says nothing about our refund.
        const auto found = stripe::find_refund(answer ? answer->body : std::string(), ask.refund);
        if (found && !*found) return refund(ask, std::move(heard));
        if (!found && is_answered(answer)) log_refusal(ask, *answer);
        heard(found ? to_report(ask, **found) : silence(ask));
    };
    // One intent has few refunds: at most one for each unit of its order.
    get("/v1/refunds?limit=100&payment_intent=" + wire::percent_encode(ask.provider_ref),
        std::move(on_list));
}

void StripeProvider::refund(const ProviderRequest& ask, Heard heard) {
    Fields fields = mark(ask);
    fields.emplace_back("metadata[shopcast_refund]", std::to_string(ask.refund.value));
    fields.emplace_back("payment_intent", ask.provider_ref);
    fields.emplace_back("amount", std::to_string(ask.amount.minor));
    auto on_answer = [ask, heard = std::move(heard)](Result<HttpAnswer> answer) mutable {
        const auto made = is_answered(answer) ? stripe::parse_refund(answer->body) : std::nullopt;
        if (made) return heard(to_report(ask, *made));
        if (is_answered(answer)) log_refusal(ask, *answer);
        ReportPayment report = silence(ask);
        if (is_refused(answer)) report.said = Said::RefundRefused;
        report.refund = ask.refund;
        heard(std::move(report));
    };
    post("/v1/refunds", fields, key_of("refund", ask.refund.value, ask), std::move(on_answer));
}

void StripeProvider::fetch_client_secret(const std::string& provider_ref, Secret done) {
    if (auto known = secrets_.find(provider_ref)) return done(*std::move(known));
    // One at a time for each: a page that asks without end takes no place from what settles money.
    if (!secrets_.begin(provider_ref)) {
        return done(fail(Errc::Io, "the payment provider is being asked; try again"));
    }
    auto on_answer = [this, provider_ref,
                      done = std::move(done)](Result<HttpAnswer> answer) mutable {
        secrets_.end(provider_ref);
        if (!is_answered(answer)) {
            done(fail(Errc::Io, "the payment provider does not answer; try again"));
            return;
        }
        const auto intent = stripe::parse_intent(answer->body);
        if (!intent) {
            done(fail(Errc::NotFound, "the payment provider does not know this payment"));
        } else if (intent->report.said != Said::RequiresAction &&
                   intent->report.said != Said::Failed) {
            done(fail(Errc::Conflict, "this payment is not open any more"));
        } else {
            secrets_.put(provider_ref, intent->client_secret);
            done(intent->client_secret);
        }
    };
    get("/v1/payment_intents/" + wire::percent_encode(provider_ref), std::move(on_answer));
}

Result<std::optional<ReportPayment>> StripeProvider::read_webhook(std::string_view signature_header,
                                                                  std::string_view body,
                                                                  WallTime now) const {
    TRY_VOID(verify_stripe_signature(signature_header, body, settings_.webhook_secrets, now));
    return stripe::parse_event(body, settings_.installation);
}

}  // namespace shopcast::shop
