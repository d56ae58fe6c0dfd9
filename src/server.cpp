#include "server.hpp"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "api/admin/admin_router.hpp"
#include "api/admin/setup_link.hpp"
#include "api/api.hpp"
#include "api/operations/health_routes.hpp"
#include "audit/schema.hpp"
#include "base/log.hpp"
#include "base/refusals.hpp"
#include "http/server.hpp"
#include "ingest/rtmp_server.hpp"
#include "live/publishing.hpp"
#include "live/schema.hpp"
#include "media/keep/recorder.hpp"
#include "media/keep/thumbnailer.hpp"
#include "net/certificate_files.hpp"
#include "net/limits.hpp"
#include "ops/alarms.hpp"
#include "ops/heap.hpp"
#include "ops/machine.hpp"
#include "people/people.hpp"
#include "people/schema.hpp"
#include "picture/decoder.hpp"
#include "server_retention.hpp"
#include "server_settings.hpp"
#include "shop/catalogue/picture_retention.hpp"
#include "shop/catalogue/picture_shelf.hpp"
#include "shop/catalogue/shop_directory.hpp"
#include "shop/ledger/retention.hpp"
#include "shop/ledger/schema.hpp"
#include "shop/orders/cart.hpp"
#include "shop/selling.hpp"
#include "show/schema.hpp"
#include "show/stream_records.hpp"
#include "site/live_delivery.hpp"
#include "site/pages.hpp"
#include "site/poster_delivery.hpp"
#include "store/data_folder.hpp"
#include "store/readers.hpp"
#include "store/sweeper.hpp"

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

/// Whoever complains of what serve() answers writes to stderr directly again.
struct LogThread {
    explicit LogThread(log::Level least) { log::start(least); }
    ~LogThread() { log::stop(); }
    LogThread(const LogThread&) = delete;
    LogThread& operator=(const LogThread&) = delete;
};

/// A viewer costs a descriptor; use all that the system grants.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<std::unique_ptr<async::Loop>> make_loops(std::int64_t wanted) {
    const std::size_t count = wanted > 0 ? static_cast<std::size_t>(wanted)
                                         : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::unique_ptr<async::Loop>> loops;
    for (std::size_t i = 0; i < count; ++i) {
        loops.push_back(std::make_unique<async::Loop>("io-" + std::to_string(i)));
    }
    return loops;
}

struct StoredState {
    store::Database database;
    show::ChannelDirectory::Stored channels;
    std::vector<shop::Shop> shops;
    std::vector<media::LiveStreamSettings> streams;  // that wait for their encoders again
    people::People::Loaded people;
    std::map<std::int64_t, shop::FakeProvider::Account> payments;  // of the fake provider
    std::string installation;
    std::unique_ptr<store::Readers> readers;
};

/// What cannot be removed costs its room and nothing else.
void remove_strays(const store::DataFolder& folder, store::Database& database) {
    const auto removed = shop::remove_stray_pictures(folder.pictures(), database);
    if (!removed) {
        log::warning("picture.strays_not_removed", {{"reason", removed.error().message}});
    } else if (*removed > 0) {
        log::info("retention.removed", {{"what", "stray pictures"}, {"count", *removed}});
    }
}

/// Opens the database and settles what the last process left.
Result<StoredState> open_store(const ServerSettings& settings, const store::DataFolder& folder) {
    store::Database database =
        TRY(store::Database::open(folder.database().string(), store::Database::Mode::ReadWrite));
    TRY_VOID(store::migrate(database, {&audit::schema(), &people::schema(), &show::schema(),
                                       &shop::schema(), &live::schema()}));
    auto channels = TRY(show::ChannelDirectory::load(database));
    auto shops = TRY(shop::ShopDirectory::load(database));
    auto streams = TRY(show::take_over_streams(database, system_clock().wall()));
    auto people = TRY(people::People::load(database, settings.people));
    std::map<std::int64_t, shop::FakeProvider::Account> payments;
    if (settings.shop.payments != shop::Payments::Stripe)
        payments = TRY(shop::fake_accounts_of(database));
    auto installation = TRY(store::installation_of(database));
    remove_strays(folder, database);
    auto readers = TRY(store::Readers::open(folder.database().string()));
    return StoredState{std::move(database),     std::move(channels), std::move(shops),
                       std::move(streams),      std::move(people),   std::move(payments),
                       std::move(installation), std::move(readers)};
}

/// The posters that the last process left. Without them channels have none until they are live.
std::shared_ptr<media::Posters> load_posters(const store::DataFolder& folder,
                                             const std::vector<show::Channel>& channels) {
    auto posters = std::make_shared<media::Posters>(folder.posters());
    std::vector<std::string> names;
    for (const show::Channel& channel : channels) names.push_back(channel.name);
    if (const auto loaded = posters->load(names); !loaded) {
        log::warning("poster.not_loaded", {{"message", loaded.error().message}});
    }
    return posters;
}

/// One stream's snapshots to viewers, to who draws its posters, and to the disk where that is
/// wanted.
class SnapshotTee final : public media::SnapshotSink {
public:
    SnapshotTee(media::LiveHub& hub, std::shared_ptr<media::Posters> posters,
                media::Thumbnailer::Draw draw, const ServerSettings& settings,
                const store::DataFolder& folder)
        : hub_(hub), thumbnailer_(std::move(posters), std::move(draw), system_clock()) {
        if (!settings.recording.enabled) return;
        recorder_.emplace(media::recorder_settings(settings.recording, folder.recordings()));
    }
    void publish(std::shared_ptr<const media::StreamSnapshot> snapshot) override {
        if (recorder_) recorder_->publish(snapshot);
        thumbnailer_.publish(snapshot);
        hub_.publish(std::move(snapshot));
    }
    Conditions conditions() const { return recorder_ ? recorder_->conditions() : Conditions(); }
    void keep_posters_of(std::vector<std::string> channels) {
        thumbnailer_.keep_only(std::move(channels));
    }

private:
    media::LiveHub& hub_;
    media::Thumbnailer thumbnailer_;
    std::optional<media::Recorder> recorder_;
};

shop::PictureShelf::Draw draw_uploads(std::shared_ptr<picture::Decoder> decoder) {
    return [decoder = std::move(decoder)](ByteSpan upload, std::span<const std::uint32_t> widths) {
        return decoder->still_jpegs(upload, widths);
    };
}

/// The thread that draws posters may outlive everything else, when a disk never answers.
media::Thumbnailer::Draw draw_posters(std::shared_ptr<picture::Decoder> decoder) {
    return [decoder = std::move(decoder)](ByteSpan avc_record, ByteSpan access_unit) {
        return decoder->keyframe_jpeg(avc_record, access_unit);
    };
}

/// What runs, in the order it is built; destroyed in reverse.
struct Server {
    Server(const ServerSettings& settings, const store::DataFolder& folder, StoredState stored)
        : loops(make_loops(settings.io_threads)),
          waiting_streams(std::move(stored.streams)),
          readers(std::move(stored.readers)),
          posters(load_posters(folder, stored.channels.channels)),
          pictures(folder.pictures(), draw_uploads(decoder)),
          selling(settings.shop, system_random(), system_clock(), std::move(stored.payments)),
          writer(std::move(stored.database)),
          people(std::move(stored.people), settings.people, writer, *readers, system_random(),
                 system_clock()),
          channels(std::move(stored.channels), writer, system_random(), system_clock()),
          shops(std::move(stored.shops), settings.people.shop_name, writer, selling.desk(),
                system_clock()),
          hub(loop_pointers(),
              settings.packager.live_window + 3 * settings.packager.target_duration),
          snapshots(hub, posters, draw_posters(decoder), settings, folder),
          on_air({snapshots, writer, system_random(), system_clock(), settings.packager,
                  settings.live.reconnect_window, history, audience, channels, watch}),
          changes(channels, on_air, audience, history),
          sweeper(writer, system_clock(), retentions(settings, kept())),
          delivery(hub, settings.packager.target_duration),
          poster_delivery(posters),
          alarms(settings.data_folder, system_clock(), looks(is_plain_http(settings))) {}

    ~Server() {
        readers->stop();  // what is being read may be of anything below
        selling.stop();   // before the writer, whom a late answer would wake
        decoder->stop();  // before the threads that wait for it, also where start() failed
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::vector<async::Loop*> loop_pointers() const {
        std::vector<async::Loop*> pointers;
        for (const auto& loop : loops) pointers.push_back(loop.get());
        return pointers;
    }

    Kept kept() {
        return {.pictures = pictures,
                .channels = channels,
                .keep_only = [this](std::vector<std::string> names) {
                    history.keep_only(names);
                    audience.keep_only(names);
                    snapshots.keep_posters_of(std::move(names));
                }};
    }
    /// What each module says of itself.
    std::vector<ops::Alarms::Look> looks(bool is_plain_http);
    Result<void> start(const ServerSettings& settings, const store::DataFolder& folder);
    Result<void> listen_rtmp(const ServerSettings& settings);
    Result<void> listen_http(const ServerSettings& settings);
    Result<void> listen_admin(const ServerSettings& settings, const store::DataFolder& folder);
    http::Router public_router(const ServerSettings& settings);
    void run_until_stopped(const StopSignals& signals, Milliseconds sweep_every);

    Refusals refusals{system_clock()};
    std::vector<std::unique_ptr<async::Loop>> loops;
    std::vector<media::LiveStreamSettings> waiting_streams;  // until start()
    std::unique_ptr<store::Readers> readers;
    std::shared_ptr<media::Posters> posters;
    const std::shared_ptr<picture::Decoder> decoder = std::make_shared<picture::Decoder>();
    shop::PictureShelf pictures;
    live::ShopWatch watch;  // the writer tells it, and it outlives that
    shop::Selling selling;  // decides on the writer's thread, and outlives it
    store::Writer writer;
    people::People people;
    show::ChannelDirectory channels;
    shop::ShopDirectory shops;
    media::LiveHub hub;
    show::StreamHistory history{system_clock()};
    show::Audience audience{system_clock()};
    SnapshotTee snapshots;
    live::OnAir on_air;
    live::ChannelChanges changes;
    store::Sweeper sweeper;
    site::Pages pages{selling.settings()};
    site::LiveDelivery delivery;
    site::PosterDelivery poster_delivery;
    std::atomic<bool> ready{true};
    ops::Alarms alarms;
    const metrics::SampledGauge memory{"shopcast_memory_bytes",
                                       "Memory of this process: resident, and allocated by what "
                                       "it keeps; the rest is the allocator's.",
                                       "kind", &ops::memory_samples};

    std::unique_ptr<net::CertificateFiles> certificates;  // none: no TLS
    std::vector<std::unique_ptr<live::Publishing>> gates;
    std::unique_ptr<ingest::RtmpServer> rtmp;
    std::unique_ptr<api::Api> api;
    std::unique_ptr<http::Server> public_http;
    std::unique_ptr<api::SetupLink> setup_link;
    std::unique_ptr<http::Server> admin_http;
};

std::vector<ops::Alarms::Look> Server::looks(bool is_plain_http) {
    std::vector<ops::Alarms::Look> out;
    out.emplace_back([this] { return writer.conditions(); });
    out.emplace_back([this] { return selling.conditions(); });
    out.emplace_back([this] { return people.setup().conditions(); });
    out.emplace_back([this] { return snapshots.conditions(); });
    out.emplace_back([] {
        ops::give_back_heap();  // nobody waits for this thread
        return Conditions();
    });
    out.emplace_back([this] {
        refusals.settle();
        return refusals.conditions();
    });
    out.emplace_back([this, is_plain_http] {
        Conditions own;
        if (!ready.load()) own.push_back({"stopping", "The server is stopping.", ""});
        if (is_plain_http) {
            own.push_back({"no_tls", "Pages and passwords travel unencrypted.",
                           "Set http.tls_listen and [tls], or list the proxy in front in "
                           "server.trusted_proxies."});
        }
        return own;
    });
    return out;
}

Result<void> Server::start(const ServerSettings& settings, const store::DataFolder& folder) {
    if (!settings.tls.certificate.empty()) {
        certificates = TRY(net::CertificateFiles::open(settings.tls));
        certificates->watch(limits::tls_certificate_look_interval);
    }
    selling.open(writer, &watch);
    TRY_VOID(on_air.resume(std::move(waiting_streams), loop_pointers()));
    // First, because the API tells people where encoders connect.
    TRY_VOID(listen_rtmp(settings));
    TRY_VOID(listen_http(settings));
    return listen_admin(settings, folder);
}

Result<void> Server::listen_rtmp(const ServerSettings& settings) {
    const net::Endpoint endpoint = TRY(endpoint_of("rtmp.listen", settings.rtmp.listen));
    net::Proxies proxies =
        TRY(proxies_of(settings, "rtmp.proxy_protocol", settings.rtmp.proxy_protocol));
    std::vector<ingest::RtmpServer::Place> places;
    for (const auto& loop : loops) {
        gates.push_back(
            std::make_unique<live::Publishing>(*loop, channels, on_air, history, system_clock()));
        places.push_back({loop.get(), gates.back().get()});
    }
    rtmp = std::make_unique<ingest::RtmpServer>(std::move(places), settings.rtmp.connections_max,
                                                std::move(proxies), &refusals);
    TRY_VOID(rtmp->listen(endpoint));
    if (settings.rtmp.tls_listen.empty()) return {};
    const auto tls_endpoint = TRY(endpoint_of("rtmp.tls_listen", settings.rtmp.tls_listen));
    return rtmp->listen_tls(tls_endpoint, *certificates);
}

http::Router Server::public_router(const ServerSettings& settings) {
    http::Router router;
    pages.add_routes(router);
    delivery.add_routes(router);
    poster_delivery.add_routes(router);
    api::add_health_routes(router, ready);
    api::OperationsSources operations{
        .version = SHOPCAST_VERSION,
        .alarms = alarms,
        .on_air = on_air,
        .audience = audience,
        .writer = writer,
        .ready = ready,
        .clock = system_clock(),
        .http_connections = [this] { return public_http->connections(); },
        .rtmp_connections = [this] { return rtmp->connections(); },
        .self_check = [this, settings] { return self_check(settings, people.setup().needed()); }};
    api = std::make_unique<api::Api>(
        api::ApiParts{
            .loops = loop_pointers(),
            .people = people,
            .channels = channels,
            .shops = shops,
            .changes = changes,
            .on_air = on_air,
            .streams = {hub, history, audience, *posters, system_clock()},
            .audience = audience,
            .readers = *readers,
            .writer = writer,
            .random = system_random(),
            .refusals = refusals,
            .addresses = {settings.people.public_url, rtmp->address(), rtmp->tls_address()},
            .operations = std::move(operations),
            .shop = {.selling = selling, .pictures = pictures},
            .on_setup_done = [this] { setup_link->done(); }},
        router);
    return router;
}

Result<void> Server::listen_http(const ServerSettings& settings) {
    const net::Endpoint endpoint = TRY(endpoint_of("http.listen", settings.http.listen));
    net::Proxies proxies =
        TRY(proxies_of(settings, "http.proxy_protocol", settings.http.proxy_protocol));
    http::ServerOptions options = public_options(settings, std::move(proxies));
    options.refusals = &refusals;
    public_http = std::make_unique<http::Server>(loop_pointers(), public_router(settings),
                                                 std::move(options));
    TRY_VOID(public_http->listen(endpoint));
    if (settings.http.tls_listen.empty()) return {};
    const auto tls_endpoint = TRY(endpoint_of("http.tls_listen", settings.http.tls_listen));
    return public_http->listen_tls(tls_endpoint, *certificates);
}

Result<void> Server::listen_admin(const ServerSettings& settings, const store::DataFolder& folder) {
    setup_link = std::make_unique<api::SetupLink>(
        people, folder.setup_link(),
        pages_address(settings, public_http->address(), public_http->tls_address()));
    http::Router router = api::admin_router({.channels = channels,
                                             .changes = changes,
                                             .shops = shops,
                                             .people = people,
                                             .setup_link = *setup_link,
                                             .publish_base = "rtmp://" + rtmp->address() + "/live/",
                                             .page_base = setup_link->pages()});
    admin_http = std::make_unique<http::Server>(std::vector{loops.front().get()}, std::move(router),
                                                http::ServerOptions{.name = "admin"});
    net::Endpoint socket;
    socket.path = folder.admin_socket().string();
    return admin_http->listen(socket);
}

void Server::run_until_stopped(const StopSignals& signals, Milliseconds sweep_every) {
    people.start();
    loops.front()->spawn(people.tend(*loops.front()));
    loops.front()->spawn(setup_link->offer(*loops.front()));
    loops.front()->spawn(selling.tend(*loops.front()));
    loops.front()->spawn(api->tend(*loops.front()));
    loops.front()->spawn(sweeper.tend(*loops.front(), sweep_every));
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
    decoder->stop();  // an upload whose child hangs is answered now
    for (const auto& loop : loops) loop->stop();
    for (std::thread& thread : threads) thread.join();
    on_air.abandon_all();
    log::info("server.stopped", {{"connections_cut", left}});
}

}  // namespace

Result<void> serve(ServerSettings settings) {
    TRY_VOID(check(settings));
    ops::bound_heap();
    const StopSignals signals;
    const LogThread log(settings.log_level);
    raise_descriptor_limit();
    ::umask(0077);  // what the server writes is for its own user alone, whoever made the folder
    const store::DataFolder folder = TRY(store::DataFolder::open(settings.data_folder));
    TRY_VOID(people::read_secrets(settings.people));
    TRY_VOID(shop::read_secrets(settings.shop));
    settings.people.erase_along = &shop::erase_buyer;
    settings.people.is_needed = &shop::has_orders;
    settings.packager = media::settled(settings.packager);
    StoredState stored = TRY(open_store(settings, folder));
    settings.shop.stripe.installation = stored.installation;
    Server server(settings, folder, std::move(stored));
    TRY_VOID(server.start(settings, folder));
    server.run_until_stopped(signals, settings.keep.sweep_every);
    return {};
}

}  // namespace shopcast
