# shellcheck shell=bash
# ./dev demo: three real live channels on a page, and a fourth for the user's own encoder.

demo_folder=build/demo

demo_usage() {
    cat <<'TEXT'
./dev demo [--video FILE] [--port N] [--rtmp-port N] [--lan [--lan-port N]]

  --video FILE    push this file to the three channels instead of the shows made here
  --port N        the page's port (8080); 0 means any free one
  --rtmp-port N   the encoders' port (1935, or any free one when that is taken)
  --lan           show it to phones in this network as well, over HTTPS with a certificate made here
  --lan-port N    the port for them (8443)
TEXT
}

demo_main() {
    local video='' port=8080 rtmp_port='' lan='' lan_port=8443
    while [[ $# -gt 0 ]]; do
        case $1 in
            --lan) lan=1; shift ;;
            --video | --port | --rtmp-port | --lan-port)
                [[ $# -ge 2 ]] || fail "$1 needs a value" "./dev demo --help"
                case $1 in
                    --video) video=$(realpath -- "$2") ;;
                    --port) port=$2 ;;
                    --rtmp-port) rtmp_port=$2 ;;
                    --lan-port) lan=1 lan_port=$2 ;;
                esac
                shift 2
                ;;
            -h | --help) demo_usage; return 0 ;;
            *) fail "./dev demo does not know $1" "./dev demo --help" ;;
        esac
    done
    [[ -z $video || -r $video ]] || fail "cannot read $video" "give --video a file that is there"
    [[ $port =~ ^[0-9]+$ && ${rtmp_port:-0} =~ ^[0-9]+$ && $lan_port =~ ^[0-9]+$ ]] || fail "a port is a number" "./dev demo --help"

    need_packages build demo
    build_server
    make_videos
    make_pictures
    demo_run_folder
    [[ -z $video ]] || video=$(as_publishable "$video")
    demo_processes=()
    trap demo_stop EXIT
    trap 'exit 0' INT TERM HUP
    echo '# The demo changes nothing: every setting has its default.' >"$run/shopcast.toml"
    [[ -z $lan ]] || demo_open_to_lan "$lan_port"
    demo_serve "$port" "$rtmp_port"
    demo_accounts
    demo_shop
    demo_publish "$video"
    demo_tell
    demo_watch
}

# Each run has a folder of its own, so that two demos do not disturb one another; those of runs
# that are over go when the next begins, their logs with them.
demo_run_folder() {
    local old
    mkdir -p "$demo_folder"
    for old in "$demo_folder"/run-*; do
        kill -0 "${old##*-}" 2>/dev/null || rm -rf "$old"
    done
    run=$demo_folder/run-$$
    mkdir "$run"
}

# The three shows, once: again only when what makes them changed.
make_videos() {
    local want
    want=$(hash_of tools/demo)
    videos=$demo_folder/videos
    is_stamped "$videos/stamp" "$want" && return 0
    step "Making the three shows' videos, once (about a minute)"
    rm -rf "$videos"
    node tools/demo/make_videos.mjs "$videos" </dev/null ||
        fail "making the videos failed" "are ffmpeg and fonts-lato there? ./dev setup installs them"
    printf '%s\n' "$want" >"$videos/stamp"
}

# The pictures of the shop's products, likewise.
make_pictures() {
    local want
    want=$(hash_of tools/demo)
    pictures=$demo_folder/pictures
    is_stamped "$pictures/stamp" "$want" && return 0
    step "Drawing the shop's products, once (a few seconds)"
    rm -rf "$pictures"
    node tools/demo/make_pictures.mjs "$pictures" || fail "drawing the products failed" "is node 20 there? ./dev setup installs it"
    printf '%s\n' "$want" >"$pictures/stamp"
}

# Prints the file to publish: the given one when it holds H.264 and AAC, else a copy that does.
as_publishable() {
    local video=$1 codecs copy shown=-nostats
    codecs=$(ffprobe -v error -show_entries stream=codec_type,codec_name -of json "$video" |
        jq -r '[.streams[] | select(.codec_type == "video" or .codec_type == "audio") | .codec_name]
               | join(" ")') || true
    [[ -n $codecs ]] || fail "ffprobe finds neither picture nor sound in $video" "try another file"
    case " $codecs " in
        " h264 " | " h264 aac " | " aac " | " aac h264 ")
            note "--video holds $codecs: published as it is" >&2
            printf '%s\n' "$video"
            return 0
            ;;
    esac
    copy=$demo_folder/own-$(printf '%s %s' "$video" "$(stat -c '%s %Y' "$video")" | sha256sum | cut -c1-16).mp4
    if [[ ! -f $copy ]]; then
        step "--video holds $codecs: encoding it once as H.264 and AAC" >&2
        [[ -t 2 ]] && shown=-stats
        ffmpeg -nostdin -v error "$shown" -y -i "$video" -map 0:v:0? -map 0:a:0? -c:v libx264 \
            -preset veryfast -pix_fmt yuv420p -force_key_frames 'expr:gte(t,n_forced)' -c:a aac -ar 48000 -ac 2 \
            -b:a 160k "$copy.part.mp4" >&2 || fail "ffmpeg could not encode $video" "try another file"
        mv "$copy.part.mp4" "$copy"
    fi
    printf '%s\n' "$copy"
}

# Pages and video for the network too; encoders and plain HTTP stay on this machine.
demo_open_to_lan() {
    local port=$1
    lan_addresses=$(hostname -I) || lan_addresses=''
    [[ $lan_addresses =~ [0-9] ]] || fail "this machine has no address in a network" \
        "connect it to the network that the phone is in, or leave --lan away"
    make_lan_certificate "$demo_folder/lan" "$lan_addresses"
    cat >"$run/shopcast.toml" <<TEXT
[http]
tls_listen = "0.0.0.0:$port"
[tls]
certificate = "$demo_folder/lan/chain.pem"
key = "$demo_folder/lan/key.pem"
TEXT
}

# make_lan_certificate FOLDER ADDRESSES: once, and again only when the addresses changed, so that a
# phone that was told to trust it does so the next time.
make_lan_certificate() {
    local folder=$1 names=DNS:localhost address
    for address in 127.0.0.1 $2; do
        names+=,IP:$address
    done
    is_stamped "$folder/stamp" "$names" && return 0
    mkdir -p "$folder"
    logged lan-certificate openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 365 -subj '/CN=shopcast demo' -addext "subjectAltName=$names" \
        -addext extendedKeyUsage=serverAuth -keyout "$folder/key.pem" -out "$folder/chain.pem"
    printf '%s\n' "$names" >"$folder/stamp"
}

demo_serve() {
    local port=$1 rtmp_port=$2 log=$run/server.log server
    if [[ -z $rtmp_port ]]; then
        rtmp_port=1935
        if port_is_taken 1935; then
            note "port 1935 is taken: encoders get another one"
            rtmp_port=0
        fi
    fi
    # With a file of its own: a shopcast.toml of the user's in this folder is not meant for the demo.
    step "Starting shopcast"
    build/release/bin/shopcast serve --config "$run/shopcast.toml" \
        --data "$run/data" --http "127.0.0.1:$port" --rtmp "127.0.0.1:$rtmp_port" 2>"$log" </dev/null >/dev/null &
    server=$!
    demo_processes+=("$server")
    server_pid=$server
    if ! http=$(wait_for_server "$log" "$server" http); then
        tail -n 5 "$log" >&2
        fail "the server did not start" \
            "where a port is in use, choose another: ./dev demo --port 8090 (and --rtmp-port N)"
    fi
}

create_channel() {
    build/release/bin/shopcast channel create "$1" --title "$2" --json --data "$run/data"
}

# The demo's people, by the command line: the server itself knows of none. One password for all, so
# that it can be read and typed.
demo_password='CloudWave!'

demo_accounts() {
    local login role
    while read -r login role; do
        printf '%s\n' "$demo_password" |
            build/release/bin/shopcast account create "$login" ${role:+--role "$role"} \
                --password-stdin --data "$run/data" >/dev/null
    done <<'TEXT'
user1
host1 host
mod1 moderator
operator1 operator
TEXT
}

# Over the API, as its host would; what is sold is in tools/demo/catalogue.mjs.
demo_shop() {
    step "Filling the shop"
    node tools/demo/seed_shop.mjs "http://$http" "$pictures" "$demo_password" >"$run/shop.log" 2>&1 ||
        fail "filling the shop failed" "$(tail -n 3 "$run/shop.log")"
}

demo_publish() {
    local video=$1 name title url
    while IFS=$'\t' read -r name title; do
        url=$(create_channel "$name" "$title" | jq -r .publish_url)
        publish_for_ever "$name" "${video:-$videos/$name.mp4}" "$url" &
        demo_processes+=($!)
    done <"$videos/shows.tsv"
    own_url=$(create_channel your-studio "Your studio" | jq -r .publish_url)
    step "Waiting for the three channels to be live"
    local tries live=0
    for ((tries = 0; tries < 150 && live < 3; tries++)); do
        sleep 0.2
        live=$(curl -fsS "http://$http/api/v1/channels" |
            jq '[.channels[] | select(.state == "live")] | length') || live=0
    done
    live_words="Three channels are live"
    if [[ $live -lt 3 ]]; then
        live_words="Only $live of 3 channels are live; see $run/*.log"
    fi
}

# publish_for_ever NAME FILE URL: ffmpeg in an endless loop of the file, as a live encoder would
# send it. When it dies it starts again, later each time, until it has run for half a minute.
publish_for_ever() {
    local name=$1 file=$2 url=$3 child='' delay=1 started
    trap 'kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; exit 0' TERM INT HUP
    trap - EXIT
    while true; do
        started=$EPOCHSECONDS
        ffmpeg -nostdin -hide_banner -loglevel warning -re -stream_loop -1 -i "$file" -map 0:v? -map 0:a? \
            -c copy -f flv "$url" >>"$run/$name.log" 2>&1 </dev/null &
        child=$!
        wait "$child" || true
        [[ $((EPOCHSECONDS - started)) -lt 30 ]] || delay=1
        note "$name: the encoder ended, the next one starts in $delay s ($run/$name.log)"
        sleep "$delay" &
        child=$!
        wait "$child" || true
        delay=$((delay * 2 > 15 ? 15 : delay * 2))
    done
}

demo_tell() {
    cat <<TEXT

${bold}$live_words. Open  http://$http/${plain}

Your own encoder: the channel "Your studio" is waiting for it. With ffmpeg and any file:

  ffmpeg -re -stream_loop -1 -i YOUR_FILE -c:v libx264 -preset veryfast -pix_fmt yuv420p \\
    -force_key_frames 'expr:gte(t,n_forced)' -c:a aac -f flv $own_url

In OBS: Settings > Stream > Service "Custom"; Server is that address up to and with /live,
Stream Key is the rest: ${own_url##*/}
Then Settings > Output > Keyframe Interval: 1 s. Watch it: http://$http/watch/your-studio

Sign in at http://$http/login, each with the password ${bold}$demo_password${plain}
  user1      a viewer, with an address; the coupon is WELCOME10, and no money is taken
  host1      runs the shop's channels: the studio
  mod1       moderates its shows
  operator1  looks after the server: operations
To become its admin, open the link in $run/data/setup-link

TEXT
    [[ -z ${lan_addresses:-} ]] || demo_tell_lan
    printf 'Ctrl-C stops everything. The server'"'"'s log is %s\n\n' "$run/server.log"
}

demo_tell_lan() {
    local https address
    https=$(wait_for_server "$run/server.log" "$server_pid" https)
    printf 'On a phone in this network, open\n\n'
    for address in $lan_addresses; do
        # Only IPv4 is served, which every phone speaks at home.
        [[ $address == *:* ]] || printf '  %shttps://%s:%s/%s\n' "$bold" "$address" "${https##*:}" "$plain"
    done
    cat <<'TEXT'

The browser will warn that the connection is not private: the certificate was made here and nobody
else vouches for it. Choose "Advanced" or "Show details", then go on to the page.

TEXT
}

# Stays until the user ends it; the end of the server is the end of the demo.
demo_watch() {
    wait "$server_pid" || true
    tail -n 5 "$run/server.log" >&2
    fail "the server has stopped" "its log is $run/server.log"
}

demo_stop() {
    local status=$?
    trap - EXIT
    trap '' INT TERM HUP
    if [[ ${#demo_processes[@]} -gt 0 ]]; then
        step "Stopping the encoders and the server"
        # The encoders first, so that the server sees their goodbye.
        stop_processes "${demo_processes[@]:1}"
        stop_processes "${demo_processes[0]}"
        note "stopped"
    fi
    exit "$status"
}
