#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "net/tls_identity.hpp"

namespace shopcast::net {

/// A certificate that may be replaced on the disk while the server runs, as whoever renews it does
/// every few weeks. Connections take current() when they begin and keep it.
class CertificateFiles {
public:
    /// Errors: those of TlsIdentity::load.
    static Result<std::unique_ptr<CertificateFiles>> open(CertificatePaths paths);
    ~CertificateFiles();

    /// Any thread.
    std::shared_ptr<const TlsIdentity> current() const;

    /// Loads the files when they have changed since they were loaded and have not since the last
    /// look: a chain and its key are two files, and neither is written at once. What cannot be
    /// used is logged, once, and the old certificate stays.
    void look();
    /// Looks every `interval`, in a thread of its own (a disk may take its time), "certificates",
    /// until destroyed.
    void watch(Milliseconds interval);

    explicit CertificateFiles(CertificatePaths paths) : paths_(std::move(paths)) {}

private:
    Result<void> load();
    void look_every(const std::stop_token& stop, Milliseconds interval);

    // Constant after construction.
    const CertificatePaths paths_;

    // Owned by whoever calls look(): the thread, once watch() was called.
    std::string loaded_stamp_;
    std::string last_stamp_;

    mutable Mutex mutex_;
    std::shared_ptr<const TlsIdentity> current_ GUARDED_BY(mutex_);

    std::jthread thread_;
};

}  // namespace shopcast::net
