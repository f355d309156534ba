// Taking so much that others have too little. Every one ends by itself after a bounded amount.
#include "attack.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

// COUNT processes, in a group of their own that is killed whole, and ends with this one.
static enum result forks(int n, char **a) {
    int wanted = atoi(a[0]), told[2], made[2] = { 0, 0 };
    if (pipe(told)) return stopped_by("pipe");
    pid_t first = fork();
    if (first == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (; made[0] < wanted; made[0]++) {
            pid_t child = fork();
            if (child < 0) { made[1] = errno; break; }
            if (child == 0) { prctl(PR_SET_PDEATHSIG, SIGKILL); pause(); _exit(0); }
        }
        write(told[1], made, sizeof made);
        pause();
        _exit(0);
    }
    close(told[1]);
    ssize_t got = read(told[0], made, sizeof made);
    kill(-first, SIGKILL);
    waitpid(first, NULL, 0);
    if (first < 0 || got != sizeof made) return stopped("it was ended");
    return made[0] == wanted ? succeeded("%d processes", made[0]) : stopped("%d processes, then %s", made[0], strerrorname_np(made[1]));
}

// MEGABYTES touched, by a child: who takes too much is killed.
static enum result memory(int n, char **a) {
    size_t wanted = strtoul(a[0], NULL, 10) << 20;
    pid_t child = fork();
    if (child == 0) {
        char *taken = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (taken == MAP_FAILED) _exit(2);
        for (size_t i = 0; i < wanted; i += 4096) taken[i] = 1;
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return stopped("killed by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status) ? stopped("mmap failed") : succeeded("%s MiB", a[0]);
}

// FOLDER MEGABYTES
static enum result bytes(int n, char **a) {
    char path[256], block[1 << 16];
    long wanted = atol(a[1]) << 20, written = 0;
    snprintf(path, sizeof path, "%s/fill", a[0]);
    memset(block, 1, sizeof block);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC | O_TRUNC, 0600);
    if (fd < 0) return stopped_by("open");
    while (written < wanted) {
        ssize_t now = write(fd, block, sizeof block);
        if (now <= 0) break;
        written += now;
    }
    int because = errno;
    unlink(path);
    errno = because;
    return written >= wanted ? succeeded("%ld MiB", written >> 20) : stopped("%ld MiB, then %s", written >> 20, strerrorname_np(because));
}

// FOLDER COUNT
static enum result inodes(int n, char **a) {
    char path[256];
    int wanted = atoi(a[1]), made = 0, because = 0;
    for (; made < wanted; made++) {
        snprintf(path, sizeof path, "%s/n%d", a[0], made);
        if (mknod(path, S_IFREG | 0600, 0)) { because = errno; break; }
    }
    for (int i = 0; i < made; i++) {
        snprintf(path, sizeof path, "%s/n%d", a[0], i);
        unlink(path);
    }
    return made == wanted ? succeeded("%d files", made) : stopped("%d files, then %s", made, strerrorname_np(because));
}

// COUNT terminals: the machine has 4,096, of which a thousand are kept for itself.
static enum result terminals(int n, char **a) {
    int wanted = atoi(a[0]), made = 0;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    while (made < wanted && open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC) >= 0) made++;
    return made == wanted ? succeeded("%d terminals", made) : stopped("%d terminals, then %s", made, strerrorname_np(errno));
}

// A core as large as the program, on the host's disk.
static enum result core(int n, char **a) {
    struct rlimit limit;
    getrlimit(RLIMIT_CORE, &limit);
    if (limit.rlim_cur == 0 && limit.rlim_max == 0) return stopped("core size 0");
    return limit.rlim_cur == 0 ? stopped("core size 0, can be raised") : succeeded("core size %llu", (unsigned long long)limit.rlim_cur);
}

static enum result nice_up(int n, char **a) { return setpriority(PRIO_PROCESS, 0, -10) ? stopped_by("setpriority") : succeeded("priority -10"); }

static enum result oom_shield(int n, char **a) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return stopped_by("open");
    return write(fd, "-1000", 5) == 5 ? succeeded("never killed when memory is short") : stopped_by("write");
}

static enum result real_time(int n, char **a) {
    struct { int priority; } parameters = { 1 };
    return syscall(SYS_sched_setscheduler, 0, 1 /* SCHED_FIFO */, &parameters) ? stopped_by("sched_setscheduler") : succeeded("real-time priority");
}

static enum result lock_memory(int n, char **a) {
    size_t size = 256u << 20;   // more than a default RLIMIT_MEMLOCK
    void *taken = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mlock2(taken, size, 1 /* MLOCK_ONFAULT */) ? stopped_by("mlock") : succeeded("256 MiB locked");
}

const struct attack limits[] = {
    { "fork-bomb", forks }, { "memory-bomb", memory }, { "fill-bytes", bytes }, { "fill-inodes", inodes }, { "fill-terminals", terminals }, { "core-size", core }, { "priority", nice_up }, { "oom-shield", oom_shield },
    { "real-time", real_time }, { "lock-memory", lock_memory }, { 0 } };
