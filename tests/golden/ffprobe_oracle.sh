#!/usr/bin/env bash
# ffmpeg makes recordings, the packager makes segments of them, ffmpeg judges the result: it must
# decode without a word, show every frame once, and keep sound and picture together.
# Usage: tests/golden/ffprobe_oracle.sh path/to/media_test
set -euo pipefail

media_test=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cases=0
failed_cases=0

fail() {
    echo "FAIL $name: $*"
    failed=1
}

# case NAME SECONDS FFMPEG-OUTPUT-OPTIONS...
case_of() {
    name=$1
    failed=0
    cases=$((cases + 1))
    local seconds=$2
    shift 2
    local dir=$work/$name
    mkdir "$dir"
    ffmpeg -v error -f lavfi -i "testsrc2=size=320x180:rate=30" -f lavfi -i "sine=440:sample_rate=48000" \
        -t "$seconds" -pix_fmt yuv420p "$@" -f flv "$dir/in.flv"
    node "$here/flv_to_packets.mjs" "$dir/in.flv" "$dir/in.packets" 320 180 48000 1
    SHOPCAST_ORACLE_IN=$dir/in.packets SHOPCAST_ORACLE_OUT=$dir/out \
        "$media_test" --no-skip -tc="package a recording for ffprobe" >"$dir/log" || {
        cat "$dir/log"
        fail "the packager failed"
        failed_cases=$((failed_cases + 1))
        return
    }
    check "$dir"
    [ $failed = 0 ] || failed_cases=$((failed_cases + 1))
}

check() {
    local dir=$1
    local said
    # The stream's own time base: the guessed frame rate would squeeze two pictures into one tick.
    local judge=(-fps_mode passthrough -enc_time_base -1 -f null -)
    said=$(ffmpeg -v warning -allowed_extensions ALL -i "$dir/out/index.m3u8" "${judge[@]}" 2>&1 | head -5)
    [ -z "$said" ] || fail "ffmpeg says: $said"
    # The segments behind their init are one valid file, and so are the parts.
    cat "$dir/out/init-0.mp4" $(grep '^0-' "$dir/out/index.m3u8" | sed "s|^|$dir/out/|") >"$dir/segments.mp4"
    said=$(ffmpeg -v warning -i "$dir/segments.mp4" "${judge[@]}" 2>&1 | head -5)
    [ -z "$said" ] || fail "ffmpeg says of the joined segments: $said"
    for kind in v a; do
        ffprobe -v error -select_streams $kind -show_entries packet=dts -of csv=p=0 "$dir/segments.mp4" |
            tr -d ',' >"$dir/$kind.dts"
        sort -n -u "$dir/$kind.dts" | cmp -s - "$dir/$kind.dts" || fail "$kind decode times are not increasing"
        local there wanted lost_max=0
        [ $kind = v ] || lost_max=8
        there=$(wc -l <"$dir/$kind.dts")
        wanted=$(ffprobe -v error -select_streams $kind -show_entries packet=dts -of csv=p=0 "$dir/in.flv" | wc -l)
        # Audio outside the picture is cut off at both ends, no more than that.
        [ "$there" -le "$wanted" ] && [ "$there" -ge $((wanted - lost_max)) ] ||
            fail "$there of $wanted $kind packets"
    done
    [ ! -s "$dir/v.dts" ] || [ ! -s "$dir/a.dts" ] || node -e '
        const [v, a] = process.argv.slice(1).map(Number);
        if (Math.abs(v - a) > 0.04) { console.log(`picture starts at ${v} s, sound at ${a} s`); process.exit(1); }
    ' "$(first_pts "$dir/segments.mp4" v)" "$(first_pts "$dir/segments.mp4" a)" || fail "tracks start apart"
    [ $failed = 1 ] || echo "ok $name: $(grep -c EXTINF "$dir/out/index.m3u8") segments, $(wc -l <"$dir/v.dts") pictures," \
        "$(wc -l <"$dir/a.dts") sounds"
}

first_pts() {
    ffprobe -v error -select_streams "$2" -show_entries packet=pts_time -of csv=p=0 "$1" | tr -d ',' | sort -n | head -1
}

x264=(-c:v libx264 -preset ultrafast -c:a aac)
case_of gop_1s 10 "${x264[@]}" -tune zerolatency -g 30
case_of gop_250_b_frames 20 "${x264[@]}" -preset veryfast -bf 2 -g 250 -sc_threshold 0
case_of film_rate 12 "${x264[@]}" -preset veryfast -bf 3 -r 24000/1001 -g 48
case_of ntsc 12 "${x264[@]}" -r 30000/1001 -g 60 -tune zerolatency
case_of five_fps 12 "${x264[@]}" -r 5 -g 5 -tune zerolatency
case_of variable 12 "${x264[@]}" -g 60 -fps_mode vfr -vf "select='not(mod(n\,7)*mod(n\,5))+gt(sin(t)\,0)'"
case_of audio_only 12 -vn -c:a aac
case_of video_only 12 "${x264[@]}" -an -g 60
echo "$((cases - failed_cases)) passed, $failed_cases failed"
exit $((failed_cases > 0))
