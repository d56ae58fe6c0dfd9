#pragma once

#include <algorithm>

#include "base/clock.hpp"
#include "http/limits.hpp"

namespace shopcast::http {

/// So many at once, and so many a second for ever.
class Allowance {
public:
    Allowance(double at_once, double per_second)
        : at_once_(at_once), per_second_(per_second), left_(at_once) {}

    /// Takes one; false when none was left. Time may stand still between calls.
    bool take(SteadyTime now) {
        if (now > last_) {
            const std::chrono::duration<double> passed = now - last_;
            give(last_ == SteadyTime() ? 0 : passed.count() * per_second_);
            last_ = now;
        }
        if (left_ < 1) return false;
        left_ -= 1;
        return true;
    }
    void give(double count) { left_ = std::min(left_ + count, at_once_); }

private:
    double at_once_;
    double per_second_;
    double left_;
    SteadyTime last_{};
};

/// Counts what costs an HTTP/2 client nothing and us something. Each call says whether the client
/// may go on; what it may not is answered with ENHANCE_YOUR_CALM (RFC 9113, 10.5).
class H2Guard {
public:
    /// A stream was reset, by the client or because of it ("rapid reset", CVE-2023-44487, and the
    /// resets that a client can make us send, CVE-2025-8671).
    bool on_reset(SteadyTime now) { return resets_.take(now); }
    /// A frame that carries no request: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA (the
    /// floods of CVE-2019-9512, 9513, 9515 and 9518).
    bool on_control_frame(SteadyTime now) { return control_frames_.take(now); }
    /// Who reads what we send may say so: once for the stream, once for the connection.
    void on_data_sent() { control_frames_.give(2); }
    /// Bytes of a head that has not ended: many small CONTINUATION frames (CVE-2024-27316).
    bool on_head_bytes(std::size_t count) {
        head_bytes_ += count;
        return head_bytes_ <= limits::h2_head_block_bytes_max;
    }
    void on_head_ended() { head_bytes_ = 0; }

private:
    Allowance resets_{limits::h2_resets_at_once_max, limits::h2_resets_per_second_max};
    Allowance control_frames_{limits::h2_control_frames_at_once_max,
                              limits::h2_control_frames_per_second_max};
    std::size_t head_bytes_ = 0;
};

}  // namespace shopcast::http
