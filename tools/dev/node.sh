# shellcheck shell=bash
# Node and npm packages. The front-end tools want node 20.19 or newer of the 20 line, or 22.12 and
# up; Debian 12 has 18. Where node is too old, npm's own packages of node 22 and npm 11 go under
# build/tools/node, and everything uses only those.

own_node=$build_root/tools/node

node_is_new_enough() {
    has_command node && has_command npm && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        const good = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
        process.exit(good ? 0 : 1);'
}

need_node() {
    [[ -x $own_node/bin/node ]] && export PATH=$own_node/bin:$PATH
    if node_is_new_enough; then
        return 0
    fi
    if ! has_command npm; then
        need_packages node
    fi
    local machine
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) fail "there is no ready node for $(uname -m)" "install node 22 by hand, then try again" ;;
    esac
    step "Installing node 22 and npm 11 under build/tools/node (this machine has $(
        node --version 2>/dev/null || echo none))"
    mkdir -p "$own_node/bin"
    logged npm-install-node npm install --prefix "$own_node" --no-save --no-audit --no-fund \
        "node-linux-$machine@22" npm@11
    ln -sf "../node_modules/node-linux-$machine/bin/node" "$own_node/bin/node"
    ln -sf ../node_modules/npm/bin/npm-cli.js "$own_node/bin/npm"
    ln -sf ../node_modules/npm/bin/npx-cli.js "$own_node/bin/npx"
    export PATH=$own_node/bin:$PATH
    hash -r
    node_is_new_enough || fail "the node under build/tools/node does not run" \
        "rm -r build/tools/node and try again; see build/log/npm-install-node.log"
}

# npm_ci FOLDER: exactly what its lock file says, and only when the lock file or node changed.
npm_ci() {
    local folder=$1 stamp=$1/node_modules/.lock-stamp want
    [[ -f $folder/package-lock.json ]] || return 0
    want=$(cat "$folder/package.json" "$folder/package-lock.json" <(node --version) |
        sha256sum | cut -c1-16)
    is_stamped "$stamp" "$want" && return 0
    step "Installing npm packages of $folder/ by its lock file"
    (cd "$folder" && logged "npm-ci-${folder//\//-}" npm ci --no-audit --no-fund)
    mkdir -p "$folder/node_modules"
    printf '%s\n' "$want" >"$stamp"
}

# The folders with a lock file that builds and tests need; tests/lighthouse is heavy and for a hand.
npm_folders() {
    local lock
    for lock in web/package-lock.json tests/package-lock.json; do
        [[ ! -f $lock ]] || dirname "$lock"
    done
}

npm_ci_all() {
    local folder
    for folder in $(npm_folders); do
        npm_ci "$folder"
    done
}

# The pages that CMake builds into the binary: web/dist, made again only when its sources changed.
build_web() {
    [[ -f web/package.json ]] || return 0
    need_node
    npm_ci web
    local stamp=$build_root/web.stamp want
    want=$(hash_of web -not -path 'web/node_modules/*' -not -path 'web/dist/*')
    if is_stamped "$stamp" "$want" && [[ -f web/dist/index.html ]]; then
        return 0
    fi
    step "Building the web front end"
    (cd web && logged web-build npm run build)
    mkdir -p "$build_root"
    printf '%s\n' "$want" >"$stamp"
}

web_main() {
    need_packages build
    need_node
    npm_ci web
    (cd web && npm run check) || fail "the front end's checks failed" "cd web && npm run check"
    build_web
}
