#include "answer_reader.hpp"
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.hpp"

namespace shopcast::bench {
namespace {

constexpr std::string_view empty_line = "\r\n\r\n";

/// One for all connections: an answer is usually read whole and looked at before the next one.
std::array<char, 65536> buffer;

}  // namespace

std::string_view header_value(std::string_view head, std::string_view name_and_colon) {
    const std::size_t at = head.find(name_and_colon);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = head.substr(at + name_and_colon.size());
    return rest.substr(0, rest.find("\r\n"));
}

void AnswerReader::expect(Body body) {
    wanted_ = body;
    held_.clear();
    in_body_ = false;
    head_ = body_ = {};
}

AnswerReader::Step AnswerReader::read(int fd) {
    return in_body_ ? skip_rest(fd) : read_head(fd);
}

AnswerReader::Step AnswerReader::read_head(int fd) {
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count == 0) return Step::Closed;
    if (count < 0) return errno == EAGAIN ? Step::More : Step::Closed;
    const std::string_view in(buffer.data(), static_cast<std::size_t>(count));
    if (held_.empty()) {
        const Step step = parse(in);
        if (step == Step::More && !in_body_) held_ = in;
        return step == Step::More && in_body_ ? skip_rest(fd) : step;
    }
    held_ += in;
    return parse(held_);
}

AnswerReader::Step AnswerReader::parse(std::string_view in) {
    const std::size_t end = in.find(empty_line);
    if (end == std::string_view::npos) return Step::More;
    head_ = in.substr(0, end + 2);
    if (head_.size() < 12 || !head_.starts_with("HTTP/1.1 ")) return Step::Broken;
    const auto status = parse_int<int>(head_.substr(9, 3));
    const auto length = parse_int<std::size_t>(header_value(head_, "\r\nContent-Length: "));
    if (!status || !length) return Step::Broken;
    status_ = *status;
    body_bytes_ = *length;
    const std::string_view body = in.substr(end + empty_line.size());
    if (body.size() > *length) return Step::Broken;  // nobody pipelines here
    if (wanted_ == Body::Kept) {
        if (body.size() < *length) return Step::More;
        body_ = body;
        return Step::Done;
    }
    left_ = *length - body.size();
    if (left_ == 0) return Step::Done;
    in_body_ = true;
    held_.clear();
    head_ = {};
    return Step::More;
}

AnswerReader::Step AnswerReader::skip_rest(int fd) {
    while (left_ > 0) {
        const ssize_t count = ::recv(fd, nullptr, left_, MSG_TRUNC);  // tcp(7): discards them
        if (count == 0) return Step::Closed;
        if (count < 0) return errno == EAGAIN ? Step::More : Step::Closed;
        left_ -= static_cast<std::size_t>(count);
    }
    in_body_ = false;
    return Step::Done;
}

}  // namespace shopcast::bench
