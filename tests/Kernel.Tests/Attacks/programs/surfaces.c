// Not an attack: what of the kernel can be reached from here, one line for each, "KIND NAME". Only what is open is printed, so that two containers' lines can be compared as sets.
#include "attack.h"
#include <dirent.h>
#include <ftw.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

enum { LAST_CALL = 480 };

// In a child, because some calls end their caller or change it; by a pipe, because it may not come back.
static int in_child(int (*open)(long), long argument) {
    int answer[2], status;
    char byte = 0;
    pipe(answer);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        alarm(2);
        byte = open(argument) ? 'y' : 'n';
        write(answer[1], &byte, 1);
        _exit(0);
    }
    close(answer[1]);
    waitpid(child, &status, 0);
    int told = read(answer[0], &byte, 1) == 1;
    close(answer[0]);
    // Ended by the call itself, or never came back: then it was made. A filter may end it too.
    return told ? byte == 'y' : !(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static int allowed(long result) { return result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES); }

// With arguments that mean nothing: what the filter lets through fails behind it.
static int call(long number) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);   // Landlock asks for it
    return allowed(syscall(number, -1L, -1L, -1L, -1L, -1L, -1L));
}

// Those that end, stop or leave their caller, that act on everybody, and personality, whose values are asked below.
static int unsafe(long number) {
    return number == SYS_exit || number == SYS_exit_group || number == SYS_rt_sigreturn || number == SYS_pause || number == SYS_fork || number == SYS_vfork || number == SYS_kill || number == SYS_tkill
        || number == SYS_personality || number == SYS_restart_syscall || number == SYS_sync || number == SYS_vhangup;
}

static void calls_open(void) {
    for (long number = 0; number <= LAST_CALL; number++)
        if (!unsafe(number) && (number < 335 || number >= 424) && in_child(call, number)) printf("call %ld\n", number);
    for (long number = 0; number <= LAST_CALL; number++)
        if (!unsafe(number) && (number < 335 || number >= 424) && in_child(call, number | 0x40000000)) printf("x32-call %ld\n", number);
}

static int makes_namespace(long flag) { return !unshare(flag); }

static int makes_socket(long family) {
    for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
        for (int protocol = 0; protocol < 32; protocol++) {
            int fd = socket(family, type, protocol);
            if (fd >= 0) return 1;
        }
    return 0;
}

static int makes_raw(long family) { return socket(family, SOCK_RAW, 1) >= 0; }

static int joins_keyring(long unused) { return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0; }
static int reads_log(long unused) { return syscall(SYS_syslog, 3, (char[256]){ 0 }, 256) >= 0; }
static int changes_layout(long flags) { return syscall(SYS_personality, flags) >= 0; }

static int traces_child(long unused) {
    pid_t child = fork();
    if (child == 0) { pause(); _exit(0); }
    int got = !ptrace(PTRACE_SEIZE, child, 0, 0);
    kill(child, SIGKILL);
    return got;
}

static const char *const kinds[] = { "tmpfs", "proc", "sysfs", "overlay", "cgroup2", "mqueue", "devpts", "binfmt_misc", "debugfs", "tracefs", "bpf", "fuse", "ramfs", "securityfs", "configfs" };
static int mounts_kind(long kind) { mkdir("/tmp/s", 0700); return !mount("none", "/tmp/s", kinds[kind], 0, NULL); }

static const struct { int major, minor, kind; const char *name; } nodes[] = {
    { 1, 1, S_IFCHR, "mem" }, { 1, 4, S_IFCHR, "port" }, { 1, 11, S_IFCHR, "kmsg" }, { 4, 0, S_IFCHR, "tty0" }, { 5, 1, S_IFCHR, "console" }, { 7, 0, S_IFBLK, "loop0" }, { 10, 200, S_IFCHR, "net/tun" },
    { 10, 229, S_IFCHR, "fuse" }, { 10, 232, S_IFCHR, "kvm" }, { 10, 237, S_IFCHR, "loop-control" }, { 254, 0, S_IFBLK, "vda" }, { 8, 0, S_IFBLK, "sda" }, { 10, 144, S_IFCHR, "nvram" }, { 10, 183, S_IFCHR, "hwrng" } };

static int makes_node(long index) {
    unlink("/tmp/n");
    return !mknod("/tmp/n", nodes[index].kind | 0600, makedev(nodes[index].major, nodes[index].minor));
}

static int opens_node(long index) {
    if (!makes_node(index)) return 0;
    return open("/tmp/n", O_RDONLY | O_NONBLOCK) >= 0 || (errno != EPERM && errno != EACCES);
}

static int gains_rights(long unused) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0; }

static int writable(const char *path, const struct stat *status, int type, struct FTW *at) {
    const char *name = path + at->base;
    if (at->level == 1 && !strncmp(path, "/proc", 5) && (strspn(name, "0123456789") == strlen(name) || strstr(name, "self"))) return type == FTW_D ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
    if (type != FTW_F || !S_ISREG(status->st_mode) || !(status->st_mode & 0222)) return FTW_CONTINUE;   // root opens what has no way to write, too
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0) { close(fd); printf("write %s\n", path); }
    return FTW_CONTINUE;
}

// Top-level files of /proc and what of /sys tells of the machine.
static void readable(void) {
    static const char *const more[] = { "/sys/firmware", "/sys/devices/virtual/powercap", "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security", "/sys/fs/bpf", "/sys/fs/fuse/connections", "/sys/kernel/slab", "/sys/kernel/vmcoreinfo", "/sys/kernel/notes" };
    char path[512], byte;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && (entry = readdir(proc));) {
        if (strspn(entry->d_name, "0123456789") == strlen(entry->d_name) || entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%s", entry->d_name);
        struct stat status;
        if (lstat(path, &status) || !S_ISREG(status.st_mode)) continue;
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 && read(fd, &byte, 1) == 1) printf("read %s\n", path);
        if (fd >= 0) close(fd);
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        DIR *folder = opendir(more[i]);
        int entries = 0;
        while (folder && readdir(folder)) entries++;
        int fd = folder ? -1 : open(more[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (entries > 2 || (fd >= 0 && read(fd, &byte, 1) == 1)) printf("read %s\n", more[i]);
    }
}

static void capabilities(void) {
    unsigned inside = 0, outside = 1, count;
    FILE *map = fopen("/proc/self/uid_map", "re");
    int host = map && fscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && inside == outside;
    unsigned long long all = status_mask("CapBnd");
    if (host) printf("identity root is the host's root\n");
    // Over a user namespace of its own a capability reaches what belongs to that, and nothing of the host's.
    for (int i = 0; i < 64 && host; i++)
        if (all >> i & 1) printf("capability %d\n", i);
}

static void nodes_there(const char *folder) {
    char path[512];
    DIR *dev = opendir(folder);
    for (struct dirent *entry; dev && (entry = readdir(dev));) {
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (lstat(path, &status) || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) continue;
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (fd >= 0 || (errno != EPERM && errno != EACCES)) printf("device %s\n", path);
        if (fd >= 0) close(fd);
    }
}

void print_surfaces(void) {
    static const struct { long flag; const char *name; } spaces[] = {
        { CLONE_NEWUSER, "user" }, { CLONE_NEWNS, "mount" }, { CLONE_NEWPID, "pid" }, { CLONE_NEWNET, "net" }, { CLONE_NEWUTS, "uts" }, { CLONE_NEWIPC, "ipc" }, { CLONE_NEWCGROUP, "cgroup" }, { 0x80, "time" } };
    signal(SIGCHLD, SIG_DFL);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    calls_open();
    capabilities();
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) if (in_child(makes_namespace, spaces[i].flag)) printf("namespace %s\n", spaces[i].name);
    for (long family = 1; family < 46; family++) if (in_child(makes_socket, family)) printf("socket %ld\n", family);
    if (in_child(makes_raw, AF_INET)) printf("raw-socket IPv4\n");
    if (in_child(makes_raw, AF_INET6)) printf("raw-socket IPv6\n");
    if (in_child(joins_keyring, 0)) printf("keyring joined\n");
    if (in_child(reads_log, 0)) printf("kernel-log read\n");
    if (in_child(changes_layout, 0x0040000)) printf("personality no address randomization\n");
    if (in_child(changes_layout, 0x0400000)) printf("personality read implies execute\n");
    if (in_child(traces_child, 0)) printf("ptrace of a child\n");
    if (in_child(gains_rights, 0)) printf("privileges gained by execve\n");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) if (in_child(mounts_kind, i)) printf("mount %s\n", kinds[i]);
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        if (in_child(makes_node, i)) printf("node %s\n", nodes[i].name);
        if (in_child(opens_node, i)) printf("device-by-mknod %s\n", nodes[i].name);
    }
    nodes_there("/dev");
    nftw("/proc", writable, 64, FTW_PHYS | FTW_ACTIONRETVAL);
    nftw("/sys", writable, 64, FTW_PHYS | FTW_ACTIONRETVAL);
    readable();
    fflush(stdout);
}
