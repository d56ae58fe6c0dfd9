# shellcheck shell=bash
# ./dev mutate: would a module's unit tests notice a mistake? tools/mutate makes some and looks.

mutate_main() {
    need_packages build test
    need_node
    exec node tools/mutate/main.mjs "$@"
}
