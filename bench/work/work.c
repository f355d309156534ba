/* Work that is measured where it runs: outside, in Brig's containers, in Docker's.
 *
 *   work IN OUT PLACE [filter]     reads from the pipe IN, and for each letter writes one line to the pipe OUT: nanoseconds on the processor
 *
 * g: system calls that do nothing.   p: such that default profiles allow for some arguments only.   c: arithmetic.   w: a new file in PLACE, written in pieces of 64 KiB, and removed.
 * filter: behind a system call filter of one instruction, which allows everything: what is the least that any filter costs.
 * Time on the processor, not on the clock: what the others on the machine do is not measured.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char piece[65536];

static int need(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static void calls(void)
{
    for (int i = 0; i < 200000; i++)
        syscall(SYS_getppid);
}

static void personalities(void)
{
    for (int i = 0; i < 200000; i++)
        syscall(SYS_personality, 0xffffffff);
}

static void allow_all(void)
{
    struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = { .len = 1, .filter = &all };
    need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges");
    need(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "filter");
}

static void arithmetic(void)
{
    volatile uint64_t result;
    uint64_t value = 88172645463325252u;
    for (int i = 0; i < 20000000; i++)
        value ^= value << 13, value ^= value >> 7, value ^= value << 17;
    result = value;
    (void)result;
}

static void file(const char *place)
{
    char path[512];
    snprintf(path, sizeof path, "%s/work.%d", place, getpid());
    int to = need(open(path, O_CREAT | O_EXCL | O_WRONLY, 0600), path);
    for (int i = 0; i < 512; i++)
        need(write(to, piece, sizeof piece), path);
    close(to);
    need(unlink(path), path);
}

int main(int count, char **argument)
{
    char what, line[32];
    struct timespec start, end;
    if (count != 4 && count != 5)
        return 64;
    if (count == 5)
        allow_all();
    int in = need(open(argument[1], O_RDWR), argument[1]), out = need(open(argument[2], O_RDWR), argument[2]);
    memset(piece, 'x', sizeof piece);
    while (read(in, &what, 1) == 1) {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        if (what == 'g')
            calls();
        else if (what == 'p')
            personalities();
        else if (what == 'c')
            arithmetic();
        else if (what == 'w')
            file(argument[3]);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        int length = snprintf(line, sizeof line, "%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
        need(write(out, line, length), "answer");
    }
    return 0;
}
