#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/frame/cookies.hpp"
#include "api/frame/problem.hpp"
#include "async/task.hpp"
#include "http/request.hpp"
#include "net/stream.hpp"
#include "people/principal.hpp"
#include "people/sessions.hpp"
#include "store/readers.hpp"
#include "wire/ip_address.hpp"

namespace shopcast::api {

/// A request, and who sends it. Lives until its handler's Task has ended.
struct Call {
    http::Request& request;
    people::Caller caller;

    async::Loop& loop() const { return request.loop(); }
    std::string param(std::string_view name) const { return std::string(request.param(name)); }
    /// Without the port.
    std::string address() const { return std::string(net::host_of(request.peer())); }
    audit::Actor actor() const {
        audit::Actor actor{.account = {}, .address = address()};
        if (caller.who) actor.account = caller.who->id;
        return actor;
    }
    people::Visit visit() const {
        return {.transport = request.is_tls() ? people::Transport::Tls : people::Transport::Plain,
                .address = address(),
                .user_agent = std::string(request.header("User-Agent")),
                .browser = std::string(browser_token_of(request))};
    }
    /// Whose share of anything this request uses up: the account's, or that of the address (an
    /// IPv6 network's /64) that nobody is signed in from.
    std::string counted_as() const {
        return caller.who ? caller.who->id.value : wire::counted_as(address());
    }
    /// What concerns this caller alone; what everybody may look at.
    store::ReadFor own_read() const { return store::ReadFor::own(counted_as()); }
    store::ReadFor public_read() const { return store::ReadFor::anybody(counted_as()); }
    /// REQUIRES: the route needs somebody who is signed in.
    const people::AccountId& account() const { return caller.who->id; }
};

/// What a handler of the API gives: an answer, or why not.
using Reply = Checked<http::Response>;
using ApiHandler = std::function<async::Task<Reply>(Call&)>;

}  // namespace shopcast::api
