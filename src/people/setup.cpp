#include "people/setup.hpp"

#include "people/account_changes.hpp"
#include "people/change.hpp"
#include "people/one_time_links.hpp"
#include "store/schema.hpp"

namespace shopcast::people {
namespace {

std::unexpected<Refusal> setup_done() {
    return refuse(Reason::SetupDone, "this server has an admin already; sign in instead");
}

std::unexpected<Refusal> link_invalid() {
    return refuse(Reason::LinkInvalid,
                  "this setup link is not the newest one; print it with shopcast setup-link");
}

}  // namespace

Result<bool> Setup::is_needed(store::Database& database) {
    const bool has_admin = TRY(has_other_admin(database, AccountId()));
    return !has_admin;
}

Conditions Setup::conditions() const {
    if (!needed()) return {};
    return {{"no_admin", "Nobody is admin yet.",
             "Open the setup link (\"shopcast setup-link\" prints a new one)."}};
}

async::Task<Answer<std::string>> Setup::new_link(async::Loop& loop) {
    const auto work = [this](store::Database& database) -> Answer<std::string> {
        if (!TRY(is_needed(database))) return setup_done();
        const OneTimeLink link{.kind = LinkKind::Setup, .account = {}, .email = {}};
        NewLink made = TRY(make_link(database, link, context_.random, context_.clock.wall()));
        return std::move(made.token);
    };
    CO_TRY(std::string token,
           co_await change<std::string>(context_.writer, loop, work, nothing_in_memory));
    co_return token;
}

async::Task<Answer<SignedIn>> Setup::complete(async::Loop& loop, std::string token,
                                              NewAccount account, Visit visit) {
    if (!needed()) co_return setup_done();
    const Milliseconds wait = context_.throttles.link(visit.address, context_.clock.steady());
    if (wait != Milliseconds(0)) {
        co_return refuse(Reason::TooManyAttempts, "too many links were tried from there", {}, wait);
    }
    using Link = std::optional<OneTimeLink>;
    const auto look_up = [token, now = context_.clock.wall()](store::Database& database) {
        return find_link(database, LinkKind::Setup, token, now);
    };
    CO_TRY(const Link link,
           co_await context_.readers.read<Link>(loop, read_for(visit.address), look_up));
    if (!link) co_return link_invalid();
    CO_TRY(Account fresh, account_from(account, false, context_.random, context_.clock.wall()));
    fresh.grants = {{Role::Admin, std::string(every_shop)}};
    CO_TRY(const std::string hash, co_await context_.hasher.hash(loop, share_of(visit.address),
                                                                 std::move(account.password)));

    const auto work = [this, token, fresh, hash,
                       visit](store::Database& database) mutable -> Answer<Entrance> {
        if (!TRY(is_needed(database))) return setup_done();
        if (auto shop = TRY(store::only_shop(database))) {
            fresh.grants.push_back({Role::Host, *std::move(shop)});
        }
        const Link used = TRY(use_link(database, LinkKind::Setup, token, context_.clock.wall()));
        if (!used) return link_invalid();
        const Actor by{.account = fresh.id, .address = visit.address};
        return enter_new(context_, database, fresh, hash, visit, by);
    };
    const auto apply = [this](Entrance& entrance) { admit(context_, entrance); };
    CO_TRY(Entrance entrance, co_await change<Entrance>(context_.writer, loop, work, apply));
    co_return signed_in(std::move(entrance));
}

}  // namespace shopcast::people
