/** What an encoder needs to be told, filled in. `key` may be a mask: then the text is for reading, not for use. */
export interface Target {
  server: string;
  key: string;
}

const address = ({ server, key }: Target): string => `${server}/${key}`;

/** Sends a file as a show, at its own speed. Keyframes each second keep the delay short. */
export const ffmpegCommand = (target: Target): string =>
  [
    'ffmpeg -re -i show.mp4',
    '  -c:v libx264 -preset veryfast -tune zerolatency -b:v 4500k -maxrate 4500k -bufsize 4500k',
    '  -pix_fmt yuv420p -r 30 -g 30 -keyint_min 30 -sc_threshold 0',
    '  -c:a aac -b:a 128k -ar 48000 -ac 2',
    `  -f flv "${address(target)}"`,
  ].join(' \\\n');

/** Sends a camera and a microphone of a Linux machine. */
export const gstreamerCommand = (target: Target): string =>
  [
    'gst-launch-1.0 -e',
    '  v4l2src ! videoconvert ! videoscale ! video/x-raw,width=1280,height=720',
    '    ! x264enc tune=zerolatency speed-preset=veryfast bitrate=4500 key-int-max=30',
    '    ! video/x-h264,profile=main ! h264parse ! queue ! mux.',
    '  autoaudiosrc ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2',
    '    ! avenc_aac bitrate=128000 ! aacparse ! queue ! mux.',
    '  flvmux name=mux streamable=true',
    `    ! rtmp2sink location="${address(target)}"`,
  ].join(' \\\n');
