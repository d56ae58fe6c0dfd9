#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shopcast::bench {

/// Reads one HTTP/1.1 answer after another from a socket that does not block; all of them have a
/// Content-Length. Bodies nobody looks at are thrown away in the kernel, so that reading video for
/// thousands costs the instrument little.
class AnswerReader {
public:
    enum class Body { Kept, Counted };
    enum class Step {
        More,    ///< not there yet: wait until the socket is readable
        Done,    ///< the answer is complete
        Closed,  ///< the peer closed or reset the connection
        Broken,  ///< not an answer as the above says
    };

    /// The next answer's body is kept or counted.
    void expect(Body body);
    Step read(int fd);

    // Of the answer that is Done, until the next read().
    int status() const { return status_; }
    std::string_view head() const { return head_; }
    /// Empty unless it was kept.
    std::string_view body() const { return body_; }
    std::size_t body_bytes() const { return body_bytes_; }

private:
    Step read_head(int fd);
    Step parse(std::string_view in);
    Step skip_rest(int fd);

    Body wanted_ = Body::Kept;
    std::string held_;  ///< an answer that came in pieces
    bool in_body_ = false;
    std::size_t left_ = 0;  ///< of a counted body
    int status_ = 0;
    std::size_t body_bytes_ = 0;
    std::string_view head_;
    std::string_view body_;
};

/// The value of a header line that begins so, "" without it. Both servers here write "Name: value".
std::string_view header_value(std::string_view head, std::string_view name_and_colon);

}  // namespace shopcast::bench
