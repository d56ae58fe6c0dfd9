#include <string>

#include "cli/command.hpp"
#include "picture/decoder.hpp"

namespace shopcast::cli {

void add_decode(CLI::App& app, Chosen& chosen) {
    CLI::App* decode = app.add_subcommand(std::string(picture::Decoder::command),
                                          "Draw pictures for the server that started this");
    decode->group("");  // in no list of commands
    decode->callback([&chosen] { chosen = []() -> int { picture::answer_as_decoder(); }; });
}

}  // namespace shopcast::cli
