#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.hpp"

namespace shopcast::metrics {

/// {"reason", "bad_key"} renders as reason="bad_key". Few distinct values per name: never an id
/// or an address a stranger chose.
struct Label {
    std::string_view name;
    std::string_view value;
};
using Labels = std::initializer_list<Label>;

/// Counts up for ever. add() is one relaxed atomic addition, from any thread.
class Counter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down, from any thread.
class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

/// Observations in fixed buckets (upper bounds, ascending), in seconds or bytes, from any thread.
class Histogram {
public:
    explicit Histogram(std::vector<double> bounds);
    void observe(double value);

    const std::vector<double>& bounds() const { return bounds_; }
    std::uint64_t count_in(std::size_t bucket) const { return counts_[bucket].load(); }
    double sum() const { return sum_.load(); }

private:
    std::vector<double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;  // one more than bounds: +Inf
    std::atomic<double> sum_{0};
};

/// Returns the metric of that name and labels, creating it at the first call; the reference stays
/// valid for the life of the process. Look it up once, beside the code that counts.
/// `name` follows Prometheus: shopcast_<what>_<unit>, counters end in _total.
Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                     Labels labels = {});

/// A gauge for each of several things, asked for when metrics are rendered: what is no more has
/// none, and what changes by itself with time is never stale. Its end takes it out.
class SampledGauge {
public:
    /// The label's value and the gauge's.
    using Samples = std::vector<std::pair<std::string, std::int64_t>>;
    /// `look` is called by whatever thread renders, and makes no metric.
    SampledGauge(std::string name, std::string help, std::string label,
                 std::function<Samples()> look);
    ~SampledGauge();
    SampledGauge(const SampledGauge&) = delete;
    SampledGauge& operator=(const SampledGauge&) = delete;

    std::string render() const;

private:
    const std::string name_;
    const std::string help_;
    const std::string label_;
    const std::function<Samples()> look_;
};

/// All metrics in the Prometheus text format 0.0.4.
std::string render();

}  // namespace shopcast::metrics
