// Publishes an FLV file at its own speed through librtmp, the library inside many encoders.
// usage: librtmp_publisher FILE.flv RTMP_URL      SIGINT or SIGTERM: says goodbye and leaves

#include <librtmp/rtmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t leaving = 0;
static void leave(int signal_number) {
    (void)signal_number;
    leaving = 1;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    struct sigaction action = {.sa_handler = leave};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    FILE* file = fopen(argv[1], "rb");
    RTMP* rtmp = RTMP_Alloc();
    if (!file || !rtmp) return 2;
    RTMP_Init(rtmp);
    if (!RTMP_SetupURL(rtmp, argv[2])) return 2;
    RTMP_EnableWrite(rtmp);
    if (!RTMP_Connect(rtmp, NULL) || !RTMP_ConnectStream(rtmp, 0)) return 1;

    const double began = seconds_now();
    fseek(file, 13, SEEK_SET);  // the file's header and the first "previous size"
    unsigned char head[11];
    while (!leaving && fread(head, 1, sizeof head, file) == sizeof head) {
        const unsigned size = head[1] << 16 | head[2] << 8 | head[3];
        const unsigned time_ms = (unsigned)head[7] << 24 | head[4] << 16 | head[5] << 8 | head[6];
        char* tag = malloc(sizeof head + size + 4);
        if (!tag) return 2;
        memcpy(tag, head, sizeof head);
        if (fread(tag + sizeof head, 1, size + 4, file) != size + 4) break;
        while (!leaving && seconds_now() - began < time_ms / 1000.0) {
            const struct timespec moment = {.tv_nsec = 2000000};
            nanosleep(&moment, NULL);
        }
        const int written = RTMP_Write(rtmp, tag, (int)(sizeof head + size + 4));
        free(tag);
        if (written <= 0) return 1;
    }
    RTMP_Close(rtmp);
    RTMP_Free(rtmp);
    fclose(file);
    return 0;
}
