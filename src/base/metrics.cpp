#include "base/metrics.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/check.hpp"

namespace shopcast::metrics {
namespace {

struct Family {
    std::string help;
    std::string type;
    std::map<std::string, std::unique_ptr<Counter>> counters;
    std::map<std::string, std::unique_ptr<Gauge>> gauges;
    std::map<std::string, std::unique_ptr<Histogram>> histograms;
};

struct Registry {
    Mutex mutex;
    std::map<std::string, Family, std::less<>> families GUARDED_BY(mutex);
    std::vector<const SampledGauge*> sampled GUARDED_BY(mutex);
};

Registry& registry() {
    static Registry instance;
    return instance;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

std::string key_of(Labels labels) {
    std::string key;
    for (const Label& label : labels) {
        if (!key.empty()) key += ',';
        key += fmt::format("{}=\"{}\"", label.name, escaped(label.value));
    }
    return key;
}

Family& family_of(Registry& all, std::string_view name, std::string_view help,
                  std::string_view type) REQUIRES_LOCK(all.mutex) {
    Family& family = all.families[std::string(name)];
    ENSURE(family.type.empty() || family.type == type, "one name, two types");
    family.help = help;
    family.type = type;
    return family;
}

std::string braced(std::string_view key) {
    return key.empty() ? std::string() : fmt::format("{{{}}}", key);
}

void render_histogram(std::string& out, std::string_view name, std::string_view key,
                      const Histogram& histogram) {
    const std::string prefix = key.empty() ? std::string() : fmt::format("{},", key);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
        total += histogram.count_in(i);
        const std::string bound =
            i < histogram.bounds().size() ? fmt::format("{}", histogram.bounds()[i]) : "+Inf";
        out += fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, prefix, bound, total);
    }
    out += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, braced(key), histogram.sum(), name,
                       braced(key), total);
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {
    ENSURE(std::ranges::is_sorted(bounds_));
}

void Histogram::observe(double value) {
    const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Counter& counter(std::string_view name, std::string_view help, Labels labels) {
    Registry& all = registry();
    const Lock lock(all.mutex);
    auto& slot = family_of(all, name, help, "counter").counters[key_of(labels)];
    if (!slot) slot = std::make_unique<Counter>();
    return *slot;
}

Gauge& gauge(std::string_view name, std::string_view help, Labels labels) {
    Registry& all = registry();
    const Lock lock(all.mutex);
    auto& slot = family_of(all, name, help, "gauge").gauges[key_of(labels)];
    if (!slot) slot = std::make_unique<Gauge>();
    return *slot;
}

Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                     Labels labels) {
    Registry& all = registry();
    const Lock lock(all.mutex);
    auto& slot = family_of(all, name, help, "histogram").histograms[key_of(labels)];
    if (!slot) slot = std::make_unique<Histogram>(std::move(bounds));
    return *slot;
}

SampledGauge::SampledGauge(std::string name, std::string help, std::string label,
                           std::function<Samples()> look)
    : name_(std::move(name)),
      help_(std::move(help)),
      label_(std::move(label)),
      look_(std::move(look)) {
    Registry& all = registry();
    const Lock lock(all.mutex);
    all.sampled.push_back(this);
}

SampledGauge::~SampledGauge() {
    Registry& all = registry();
    const Lock lock(all.mutex);
    std::erase(all.sampled, this);
}

std::string SampledGauge::render() const {
    std::string out = fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help_);
    for (const auto& [value, gauge] : look_()) {
        out += fmt::format("{}{{{}=\"{}\"}} {}\n", name_, label_, escaped(value), gauge);
    }
    return out;
}

std::string render() {
    Registry& all = registry();
    const Lock lock(all.mutex);
    std::string out;
    for (const auto& [name, family] : all.families) {
        out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
        for (const auto& [key, value] : family.counters) {
            out += fmt::format("{}{} {}\n", name, braced(key), value->value());
        }
        for (const auto& [key, value] : family.gauges) {
            out += fmt::format("{}{} {}\n", name, braced(key), value->value());
        }
        for (const auto& [key, value] : family.histograms) {
            render_histogram(out, name, key, *value);
        }
    }
    for (const SampledGauge* each : all.sampled) out += each->render();
    return out;
}

}  // namespace shopcast::metrics
