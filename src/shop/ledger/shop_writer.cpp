#include "shop/ledger/shop_writer.hpp"

namespace shopcast::shop {

bool ShopWriter::run(store::Database& database) {
    if (!sink_) {
        auto sink = SqliteSink::create(database, observers_);
        if (!sink) store::stop_process(std::move(sink.error()).in("the shop's tables"));
        sink_ = *std::move(sink);
    }
    return desk_.run(*sink_);
}

}  // namespace shopcast::shop
