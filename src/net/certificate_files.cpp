#include "net/certificate_files.hpp"
#include <pthread.h>
#include <sys/stat.h>

#include <fmt/core.h>

#include <condition_variable>

#include "base/check.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

namespace shopcast::net {
namespace {

/// Changes whenever the file's content does: a rename brings another inode, a write another time.
std::string stamp_of(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return "none";
    return fmt::format("{}:{}:{}:{}.{}", status.st_dev, status.st_ino, status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

std::string stamp_of(const CertificatePaths& paths) {
    return stamp_of(paths.certificate) + " " + stamp_of(paths.key);
}

metrics::Gauge& expiry_gauge() {
    return metrics::gauge("shopcast_tls_certificate_expires_timestamp_seconds",
                          "When the certificate in use ends to be valid.");
}

}  // namespace

Result<std::unique_ptr<CertificateFiles>> CertificateFiles::open(CertificatePaths paths) {
    auto files = std::make_unique<CertificateFiles>(std::move(paths));
    files->loaded_stamp_ = files->last_stamp_ = stamp_of(files->paths_);
    TRY_VOID(files->load());
    return files;
}

CertificateFiles::~CertificateFiles() = default;

std::shared_ptr<const TlsIdentity> CertificateFiles::current() const {
    const Lock lock(mutex_);
    return current_;
}

Result<void> CertificateFiles::load() {
    auto identity = TRY(TlsIdentity::load(paths_));
    expiry_gauge().set(identity->expires_at().time_since_epoch().count());
    log::info("tls.certificate_loaded",
              {{"subject", identity->subject()}, {"expires", to_rfc3339(identity->expires_at())}});
    const Lock lock(mutex_);
    current_ = std::move(identity);
    return {};
}

void CertificateFiles::look() {
    std::string stamp = stamp_of(paths_);
    const bool settled = stamp == last_stamp_;
    last_stamp_ = stamp;
    if (!settled || stamp == loaded_stamp_) return;
    loaded_stamp_ = std::move(stamp);
    if (const auto loaded = load(); !loaded) {
        log::error("tls.certificate_refused",
                   {{"message", loaded.error().message},
                    {"advice",
                     "the old certificate stays in use; put a PEM chain and its key "
                     "there, both"}});
    }
}

void CertificateFiles::watch(Milliseconds interval) {
    ENSURE(!thread_.joinable(), "one watch");
    thread_ =
        std::jthread([this, interval](const std::stop_token& stop) { look_every(stop, interval); });
}

void CertificateFiles::look_every(const std::stop_token& stop, Milliseconds interval) {
    ::pthread_setname_np(::pthread_self(), "certificates");
    Mutex unshared;  // what a wait has to hold
    std::condition_variable_any stopped;
    const Lock lock(unshared);
    while (!stopped.wait_for(unshared, stop, interval, [&stop] { return stop.stop_requested(); })) {
        look();
    }
}

}  // namespace shopcast::net
