/* One TCP stream, as fast as it goes.
 *
 *   stream serve PORT                        reads and forgets what every connection sends, one after the other, for ever
 *   stream send ADDRESS PORT MS FILE         sends for so many milliseconds, waits until all of it was read, and writes to FILE bytes per second, and bytes per second on the
 *                                            processor: what others on the machine do is not in that
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char piece[256 * 1024];

static int need(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static double now(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

int main(int count, char **words)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    int end = need(socket(AF_INET, SOCK_STREAM, 0), "socket"), yes = 1;

    if (count == 3 && !strcmp(words[1], "serve")) {
        at.sin_port = htons(atoi(words[2]));
        setsockopt(end, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        need(bind(end, (struct sockaddr *)&at, sizeof at), "bind");
        need(listen(end, 8), "listen");
        for (;;) {
            int one = need(accept(end, 0, 0), "accept");
            while (read(one, piece, sizeof piece) > 0)
                ;
            close(one);
        }
    }
    if (count != 6 || strcmp(words[1], "send") || inet_pton(AF_INET, words[2], &at.sin_addr) != 1)
        return 64;
    at.sin_port = htons(atoi(words[3]));
    for (int tries = 0; connect(end, (struct sockaddr *)&at, sizeof at) < 0 && tries < 500; tries++)
        usleep(10000);
    double start = now(CLOCK_MONOTONIC), until = start + atoi(words[4]) / 1e3, sent = 0;
    while (now(CLOCK_MONOTONIC) < until)
        sent += need(write(end, piece, sizeof piece), "write");
    shutdown(end, SHUT_WR);
    need(read(end, piece, 1), "read");   /* 0: the other side has read it all */
    double took = now(CLOCK_MONOTONIC) - start;
    FILE *file = fopen(words[5], "w");
    if (!file)
        return 1;
    fprintf(file, "%.0f %.0f\n", sent / took, sent / now(CLOCK_PROCESS_CPUTIME_ID));
    return fclose(file) != 0;
}
