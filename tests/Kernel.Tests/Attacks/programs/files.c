// /proc and /sys. Files are opened for writing and never written.
#include "attack.h"
#include <dirent.h>
#include <ftw.h>
#include <sys/vfs.h>

static enum result opens(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) return absent(path);
    if (fd < 0) return stopped_by(path);
    close(fd);
    return succeeded("%s opens", path);
}

static enum result core_pattern(int n, char **a) { return opens("/proc/sys/kernel/core_pattern", O_WRONLY); }
static enum result modprobe(int n, char **a) { return opens("/proc/sys/kernel/modprobe", O_WRONLY); }
static enum result panic(int n, char **a) { return opens("/proc/sys/vm/panic_on_oom", O_WRONLY); }
static enum result sysrq(int n, char **a) { return opens("/proc/sysrq-trigger", O_WRONLY); }
static enum result hotplug(int n, char **a) {
    return access("/sys/kernel/uevent_helper", F_OK) ? opens("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY) : opens("/sys/kernel/uevent_helper", O_WRONLY);
}

// A byte of any file that is to be hidden.
static enum result masked(int n, char **a) {
    static const char *const paths[] = {
        "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/interrupts", "/proc/sched_debug", "/proc/latency_stats", "/proc/acpi", "/proc/scsi", "/proc/asound",
        "/sys/firmware", "/sys/devices/virtual/powercap" };
    int there = 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat status;
        char byte;
        if (stat(paths[i], &status)) continue;
        there++;
        if (S_ISDIR(status.st_mode)) {
            DIR *folder = opendir(paths[i]);
            int entries = 0;
            while (folder && readdir(folder)) entries++;
            if (folder) closedir(folder);
            if (entries > 2) return succeeded("%s is full", paths[i]);
            continue;
        }
        int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && read(fd, &byte, 1) == 1) return succeeded("%s tells", paths[i]);
        if (fd >= 0) close(fd);
    }
    return there ? stopped("%d paths say nothing", there) : absent("masked paths");
}

static char found[4096];
static int looked;

static int writable(const char *path, const struct stat *status, int type, struct FTW *at) {
    if (type == FTW_D || type == FTW_DNR) return FTW_CONTINUE;
    if (type != FTW_F || !S_ISREG(status->st_mode) || !(status->st_mode & 0222)) return FTW_CONTINUE;   // root opens what has no way to write, too
    looked++;
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return FTW_CONTINUE;
    close(fd);
    snprintf(found, sizeof found, "%s", path);
    return FTW_STOP;
}

static int outside_processes(const char *path, const struct stat *status, int type, struct FTW *at) {
    // What belongs to a process of one's own is one's own.
    if (at->level == 1 && (strspn(path + at->base, "0123456789") == strlen(path + at->base) || !strcmp(path + at->base, "self") || !strcmp(path + at->base, "thread-self")))
        return type == FTW_D ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
    return writable(path, status, type, at);
}

static enum result walk(const char *top, int (*each)(const char *, const struct stat *, int, struct FTW *)) {
    if (access(top, F_OK)) return absent(top);
    nftw(top, each, 64, FTW_PHYS | FTW_ACTIONRETVAL);
    return found[0] ? succeeded("%s opens for writing", found) : stopped("none of %d files opens for writing", looked);
}

static enum result proc_writes(int n, char **a) { return walk("/proc", outside_processes); }
static enum result sys_writes(int n, char **a) { return walk("/sys", writable); }

static enum result cgroup_write(int n, char **a) {
    if (!mkdir("/sys/fs/cgroup/attack", 0755)) { rmdir("/sys/fs/cgroup/attack"); return succeeded("made a cgroup"); }
    if (errno == ENOENT) return absent("cgroup mount");
    return walk("/sys/fs/cgroup", writable);
}

// From the command's environment to another process' memory: of PID 1, that others started.
static enum result open_any(int n, char **a) {
    for (int i = 0; i < n; i++) {
        int fd = open(a[i], O_RDONLY | O_CLOEXEC);
        if (fd >= 0) return succeeded("%s opens", a[i]);
    }
    return stopped_by("open");
}

static enum result overlay_attribute(int n, char **a) {
    int fd = open("/tmp/attributed", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(fd);
    if (!syscall(SYS_setxattr, "/tmp/attributed", "trusted.overlay.redirect", "/../../..", 9, 0)) return succeeded("trusted.overlay.redirect");
    if (errno == EOPNOTSUPP) return absent("overlayfs that takes it");
    return stopped_by("setxattr");
}

const struct attack files[] = {
    { "core-pattern", core_pattern }, { "modprobe-path", modprobe }, { "vm-sysctl", panic }, { "sysrq", sysrq }, { "uevent-helper", hotplug }, { "masked-paths", masked }, { "proc-writes", proc_writes },
    { "sys-writes", sys_writes }, { "cgroup-write", cgroup_write }, { "open", open_any }, { "overlay-attribute", overlay_attribute }, { 0 } };
