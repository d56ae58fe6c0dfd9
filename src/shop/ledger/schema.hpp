#pragma once

#include "store/schema.hpp"

namespace shopcast::shop {

/// The tables of this module. Of the first step only the allocator writes: ids and numbers come
/// from its one sequence. Accounts are those of people/, by id. The words of the states are in
/// core/states. The second is what is told of the stock beside it: products in two languages, their
/// pictures and options, carts and addresses; `product_search` holds their words as Hangul letters
/// (catalogue/jamo).
const store::Schema& schema();

}  // namespace shopcast::shop
