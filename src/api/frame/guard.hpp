#pragma once

#include <string>

#include "api/frame/idempotency.hpp"
#include "api/frame/routes.hpp"
#include "api/limits.hpp"
#include "base/clock.hpp"
#include "base/refusals.hpp"
#include "people/people.hpp"
#include "people/throttle.hpp"
#include "shop/catalogue/shop_directory.hpp"
#include "show/channel_directory.hpp"

namespace shopcast::api {

struct GuardedRoute {
    GuardedRoute(ApiRoute r, ApiHandler h) : route(std::move(r)), handler(std::move(h)) {}

    const ApiRoute route;
    const ApiHandler handler;
};

/// Stands before every route of the API: finds out who asks, refuses what a foreign page sent in
/// somebody's name, what comes too often and what the caller may not do; deny is the default. Any
/// thread; everything it refers to outlives it.
class Guard {
public:
    /// `refusals` hears of everybody whom a route refuses.
    Guard(people::People& people, const show::ChannelDirectory& channels,
          const shop::ShopDirectory& shops, Refusals& refusals, const Clock& clock, Random& random);

    /// Looks at a request whose body has yet to come: an answer refuses it.
    std::optional<http::Response> admit(const GuardedRoute& guarded, http::Request& request);
    async::Task<http::Response> answer(const GuardedRoute& guarded, http::Request& request);

private:
    /// Whether the server is meant at all.
    Checked<void> check_name(const GuardedRoute& guarded, const http::Request& request) const;
    Checked<people::Caller> caller_of(const http::Request& request);
    Checked<Call> let_in(const GuardedRoute& guarded, http::Request& request, bool has_body);
    Checked<void> check(const GuardedRoute& guarded, const Call& call, bool has_body);
    /// What is wrong with the request itself, whatever it wants.
    Checked<void> check_change(const GuardedRoute& guarded, const Call& call, bool has_body);
    Checked<void> check_pace(const GuardedRoute& guarded, const Call& call);
    Checked<void> check_needs(const ApiRoute& route, const Call& call) const;
    /// The same of a permission.
    Checked<void> check_permission(const Needs& needs, const Call& call) const;
    async::Task<Reply> answer_once(const GuardedRoute& guarded, Call& call);
    http::Response finished(const ApiRoute& route, const http::Request& request, Reply outcome);
    void tell_refused(const ApiRoute& route, const http::Request& request, const Problem& problem);

    // Constant after construction.
    people::People& people_;
    const show::ChannelDirectory& channels_;
    const shop::ShopDirectory& shops_;
    Refusals& refusals_;
    const Clock& clock_;

    IdempotentAnswers answers_;
    people::Throttle accounts_{
        {.at_once = limits::api_changes_at_once_max, .refill = limits::api_changes_refill}};
    people::Throttle staff_{
        {.at_once = limits::api_staff_at_once_max, .refill = limits::api_staff_refill}};
    people::Throttle strangers_{
        {.at_once = limits::api_strangers_at_once_max, .refill = limits::api_strangers_refill}};
    people::Throttle reports_{
        {.at_once = limits::api_reports_at_once_max, .refill = limits::api_reports_refill}};
};

}  // namespace shopcast::api
