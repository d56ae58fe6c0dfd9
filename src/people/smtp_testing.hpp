#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <thread>

/// A mail server for tests.
namespace shopcast::people {

/// Takes one conversation on the loopback, on a thread of its own.
class SmtpServer {
public:
    struct Received {
        std::string from, to, data;
    };

    /// `on_recipient` answers RCPT.
    explicit SmtpServer(std::string on_recipient = "250 ok")
        : on_recipient_(std::move(on_recipient)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        // Also of what it accepts: a client that never comes, or stops talking, ends the thread.
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(listener_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        REQUIRE(::bind(listener_, any, length) == 0);
        REQUIRE(::listen(listener_, 1) == 0);
        REQUIRE(::getsockname(listener_, any, &length) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { converse(); });
    }
    ~SmtpServer() { join(); }
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    std::uint16_t port() const { return port_; }
    /// What was said, when the client has gone.
    Received take() {
        join();
        return received_;
    }
    std::string everything() {
        join();
        return everything_;
    }

private:
    void join() {
        if (!thread_.joinable()) return;
        thread_.join();
        ::close(listener_);
    }
    bool read_line(int socket, std::string& line) {
        line.clear();
        char c = 0;
        while (::read(socket, &c, 1) == 1) {
            everything_ += c;
            line += c;
            if (!line.ends_with("\r\n")) continue;
            line.resize(line.size() - 2);
            return true;
        }
        return false;
    }
    static void say(int socket, const std::string& line) {
        (void)::send(socket, (line + "\r\n").data(), line.size() + 2, MSG_NOSIGNAL);
    }
    void read_data(int socket) {
        std::string line;
        while (read_line(socket, line) && line != ".") {
            if (line.starts_with('.')) line.erase(0, 1);
            received_.data += line + "\r\n";
        }
    }
    void converse() {
        const int socket = ::accept(listener_, nullptr, nullptr);
        say(socket, "220 test");
        std::string line;
        while (read_line(socket, line)) {
            if (line.starts_with("MAIL")) received_.from = line;
            if (line.starts_with("RCPT")) received_.to = line;
            if (line.starts_with("RCPT")) {
                say(socket, on_recipient_);
            } else if (line == "DATA") {
                say(socket, "354 go on");
                read_data(socket);
                say(socket, "250 taken");
            } else if (line == "QUIT") {
                say(socket, "221 bye");
                break;
            } else {
                say(socket, "250 ok");
            }
        }
        ::close(socket);
    }

    const std::string on_recipient_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    Received received_;
    std::string everything_;
    std::thread thread_;
};

}  // namespace shopcast::people
