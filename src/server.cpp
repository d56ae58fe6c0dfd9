#include "server.hpp"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "api/admin_api.hpp"
#include "api/channels_api.hpp"
#include "api/live_delivery.hpp"
#include "api/operations_api.hpp"
#include "api/pages.hpp"
#include "api/publishing.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "ingest/rtmp_server.hpp"
#include "media/recorder.hpp"
#include "net/certificate_files.hpp"
#include "show/stream_records.hpp"
#include "store/data_folder.hpp"
#include "store/schema.hpp"

namespace shopcast {
namespace {

using namespace std::chrono_literals;

/// Longest a response may take once the server stops; a segment is sent in less.
constexpr auto drain_time_max = 5s;

/// Blocks the signals that stop us before any thread exists, so that only wait() receives them.
class StopSignals {
public:
    StopSignals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        ::signal(SIGPIPE, SIG_IGN);  // a peer that left is an error of its own write
    }
    int wait() const {
        int signal = 0;
        sigwait(&signals_, &signal);
        return signal;
    }

private:
    sigset_t signals_;
};

/// A viewer costs a descriptor; use all that the system grants.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<std::unique_ptr<net::Loop>> make_loops(std::int64_t wanted) {
    const std::size_t count = wanted > 0 ? static_cast<std::size_t>(wanted)
                                         : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::unique_ptr<net::Loop>> loops;
    for (std::size_t i = 0; i < count; ++i) {
        loops.push_back(std::make_unique<net::Loop>("io-" + std::to_string(i)));
    }
    return loops;
}

media::PackagerConfig packager_config(const ops::Config& config) {
    const Milliseconds target_duration = std::chrono::seconds(config.target_duration_s);
    const Milliseconds window = std::chrono::seconds(config.live_window_s);
    return {.part_target = Milliseconds(config.part_target_ms),
            .target_duration = target_duration,
            .live_window = std::max(window, 10 * target_duration)};
}

struct StoredState {
    store::Database database;
    std::vector<show::Channel> channels;
    std::vector<media::LiveStreamSettings> streams;  // that wait for their encoders again
};

/// Opens the database and settles what the last process left.
Result<StoredState> open_store(const store::DataFolder& folder) {
    store::Database database =
        TRY(store::Database::open(folder.database().string(), store::Database::Mode::ReadWrite));
    TRY_VOID(store::migrate(database));
    std::vector<show::Channel> channels = TRY(show::ChannelDirectory::load(database));
    auto streams = TRY(show::take_over_streams(database, system_clock().wall()));
    return StoredState{std::move(database), std::move(channels), std::move(streams)};
}

/// The proxies in front of a listener that requires the PROXY protocol, or does not.
Result<net::Proxies> proxies_of(const ops::Config& config, std::string_view setting,
                                bool proxy_protocol) {
    auto trusted = wire::IpNetworks::parse(config.trusted_proxies);
    if (!trusted) return std::unexpected(std::move(trusted).error().in("server.trusted_proxies"));
    if (proxy_protocol && trusted->empty()) {
        return fail(Errc::Config, std::string(setting) +
                                      " is on and nobody could connect: list the proxies in "
                                      "server.trusted_proxies");
    }
    return net::Proxies{.trusted = *std::move(trusted), .proxy_protocol = proxy_protocol};
}

http::ServerOptions public_options(const ops::Config& config, net::Proxies proxies) {
    http::ServerOptions options{.name = "public"};
    options.proxies = std::move(proxies);
    options.limits.connections_max = static_cast<std::size_t>(config.http_connections_max);
    options.limits.connections_per_address_max =
        static_cast<std::size_t>(config.http_connections_per_address_max);
    return options;
}

Result<net::Endpoint> endpoint_of(std::string_view setting, const std::string& text) {
    auto endpoint = net::Endpoint::parse(text);
    if (!endpoint) return std::unexpected(std::move(endpoint).error().in(setting));
    return endpoint;
}

/// One stream's snapshots to viewers, and to the disk where that is wanted.
class SnapshotTee final : public media::SnapshotSink {
public:
    SnapshotTee(media::LiveHub& hub, const ops::Config& config, const store::DataFolder& folder)
        : hub_(hub) {
        if (!config.recording_enabled) return;
        recorder_.emplace(media::RecorderSettings{
            .folder = folder.recordings(),
            .keep_free_bytes =
                static_cast<std::uint64_t>(config.recording_keep_free_mb) * limits::MiB,
            .keep_for = std::chrono::days(config.recording_keep_days)});
    }
    void publish(std::shared_ptr<const media::StreamSnapshot> snapshot) override {
        if (recorder_) recorder_->publish(snapshot);
        hub_.publish(std::move(snapshot));
    }

private:
    media::LiveHub& hub_;
    std::optional<media::Recorder> recorder_;
};

/// What runs, in the order it is built; destroyed in reverse.
struct Server {
    Server(const ops::Config& config, const store::DataFolder& folder, StoredState stored)
        : loops(make_loops(config.io_threads)),
          waiting_streams(std::move(stored.streams)),
          writer(std::move(stored.database)),
          channels(std::move(stored.channels), writer, system_random(), system_clock()),
          hub(loop_pointers(),
              packager_config(config).live_window + 3 * packager_config(config).target_duration),
          snapshots(hub, config, folder),
          on_air({snapshots, writer, system_random(), system_clock(), packager_config(config),
                  std::chrono::seconds(config.reconnect_window_s)}),
          delivery(hub, packager_config(config).target_duration),
          channels_api(loop_pointers(), channels, hub, system_clock()) {}

    std::vector<net::Loop*> loop_pointers() const {
        std::vector<net::Loop*> pointers;
        for (const auto& loop : loops) pointers.push_back(loop.get());
        return pointers;
    }

    Result<void> start(const ops::Config& config, const store::DataFolder& folder);
    Result<void> listen_tls(const ops::Config& config);
    void run_until_stopped(const StopSignals& signals);

    std::vector<std::unique_ptr<net::Loop>> loops;
    std::vector<media::LiveStreamSettings> waiting_streams;  // until start()
    store::Writer writer;
    show::ChannelDirectory channels;
    media::LiveHub hub;
    SnapshotTee snapshots;
    api::OnAir on_air;
    api::Pages pages;
    api::LiveDelivery delivery;
    api::ChannelsApi channels_api;
    std::atomic<bool> ready{true};

    std::unique_ptr<net::CertificateFiles> certificates;  // none: no TLS
    std::vector<std::unique_ptr<api::Publishing>> gates;
    std::unique_ptr<ingest::RtmpServer> rtmp;
    std::unique_ptr<http::Server> public_http;
    std::unique_ptr<http::Server> admin_http;
};

Result<void> Server::start(const ops::Config& config, const store::DataFolder& folder) {
    const net::Endpoint http_endpoint = TRY(endpoint_of("http.listen", config.http_listen));
    const net::Endpoint rtmp_endpoint = TRY(endpoint_of("rtmp.listen", config.rtmp_listen));
    net::Proxies http_proxies =
        TRY(proxies_of(config, "http.proxy_protocol", config.http_proxy_protocol));
    net::Proxies rtmp_proxies =
        TRY(proxies_of(config, "rtmp.proxy_protocol", config.rtmp_proxy_protocol));

    TRY_VOID(on_air.resume(std::move(waiting_streams), loop_pointers()));
    http::Router router;
    pages.add_routes(router);
    delivery.add_routes(router);
    channels_api.add_routes(router);
    api::add_operations_routes(router, ready);
    public_http = std::make_unique<http::Server>(loop_pointers(), std::move(router),
                                                 public_options(config, std::move(http_proxies)));
    TRY_VOID(public_http->listen(http_endpoint));

    std::vector<ingest::RtmpServer::Place> places;
    for (const auto& loop : loops) {
        gates.push_back(std::make_unique<api::Publishing>(*loop, channels, on_air, system_clock()));
        places.push_back({loop.get(), gates.back().get()});
    }
    rtmp = std::make_unique<ingest::RtmpServer>(
        std::move(places), static_cast<std::size_t>(config.rtmp_connections_max),
        std::move(rtmp_proxies));
    TRY_VOID(rtmp->listen(rtmp_endpoint));
    TRY_VOID(listen_tls(config));

    admin_http = std::make_unique<http::Server>(
        std::vector{loops.front().get()},
        api::admin_router(channels, on_air, "rtmp://" + rtmp->address() + "/live/",
                          "http://" + public_http->address()),
        http::ServerOptions{.name = "admin"});
    net::Endpoint socket;
    socket.path = folder.admin_socket().string();
    TRY_VOID(admin_http->listen(socket));
    return {};
}

Result<void> Server::listen_tls(const ops::Config& config) {
    if (config.tls_certificate.empty()) return {};
    certificates = TRY(net::CertificateFiles::open({config.tls_certificate, config.tls_key}));
    certificates->watch(limits::tls_certificate_look_interval);
    if (!config.http_tls_listen.empty()) {
        const auto endpoint = TRY(endpoint_of("http.tls_listen", config.http_tls_listen));
        TRY_VOID(public_http->listen_tls(endpoint, *certificates));
    }
    if (!config.rtmp_tls_listen.empty()) {
        const auto endpoint = TRY(endpoint_of("rtmp.tls_listen", config.rtmp_tls_listen));
        TRY_VOID(rtmp->listen_tls(endpoint, *certificates));
    }
    return {};
}

void Server::run_until_stopped(const StopSignals& signals) {
    std::vector<std::thread> threads;
    for (const auto& loop : loops) threads.emplace_back([&loop] { loop->run(); });
    log::info("server.started", {{"http", public_http->address()},
                                 {"rtmp", rtmp->address()},
                                 {"https", public_http->tls_address()},
                                 {"rtmps", rtmp->tls_address()},
                                 {"io_threads", loops.size()},
                                 {"channels", channels.list().size()}});

    const int signal = signals.wait();
    log::info("server.stopping", {{"signal", signal}, {"streams", on_air.size()}});
    ready = false;
    rtmp->drain("The server is shutting down. Connect again in a moment.", drain_time_max);
    const std::size_t left = public_http->drain(drain_time_max);
    for (const auto& loop : loops) loop->stop();
    for (std::thread& thread : threads) thread.join();
    on_air.abandon_all();
    log::info("server.stopped", {{"connections_cut", left}});
}

}  // namespace

Result<void> serve(const ops::Config& config) {
    TRY_VOID(ops::check(config));
    const StopSignals signals;
    raise_descriptor_limit();
    const store::DataFolder folder = TRY(store::DataFolder::open(config.data_folder));
    Server server(config, folder, TRY(open_store(folder)));
    TRY_VOID(server.start(config, folder));
    server.run_until_stopped(signals);
    return {};
}

}  // namespace shopcast
