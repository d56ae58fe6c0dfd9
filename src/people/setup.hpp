#pragma once

#include <string>

#include "async/task.hpp"
#include "base/condition.hpp"
#include "people/accounts.hpp"
#include "people/sign_in.hpp"

namespace shopcast::people {

/// The first admin of a new server, by a link that only the data folder's owner sees.
class Setup {
public:
    explicit Setup(Context& context) : context_(context) {}

    /// There is no admin. At start, before the writer exists.
    static Result<bool> is_needed(store::Database& database);

    /// Any thread; free to ask. Once false it stays so: the last admin cannot go.
    bool needed() const { return context_.setup_needed.load(); }
    /// Whether nobody is admin yet. Any thread.
    Conditions conditions() const;
    /// The token of a new link; the older one stops working. Errors: SetupDone, Busy.
    async::Task<Answer<std::string>> new_link(async::Loop& loop);
    /// The first admin, signed in, who also becomes host of the shop where there is one alone.
    /// Errors: LinkInvalid, InvalidInput (the link is not used up), LoginTaken, SetupDone,
    /// TooManyAttempts, Busy.
    async::Task<Answer<SignedIn>> complete(async::Loop& loop, std::string token, NewAccount account,
                                           Visit visit);

private:
    Context& context_;
};

}  // namespace shopcast::people
