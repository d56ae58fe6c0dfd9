#pragma once

#include <boost/json/fwd.hpp>

#include "people/account.hpp"
#include "people/api_tokens.hpp"
#include "people/permissions.hpp"
#include "people/sessions.hpp"

/// People as JSON; never a secret in it.
namespace shopcast::api {

/// For its owner.
boost::json::object own_account_of(const people::Account& account);
/// For those who look after accounts: the e-mail address is masked.
boost::json::object account_for_staff(const people::Account& account);
/// [{"role", "shop"}]
boost::json::array roles_of(const std::vector<people::Grant>& grants);
/// {"watch": "all", "participate": "own", ..}: how far each action reaches.
boost::json::object permissions_of(const people::Caller& caller);
boost::json::object session_of(const people::Session& session, std::string_view current_id);
boost::json::object token_of(const people::ApiToken& token);

}  // namespace shopcast::api
