// System calls that reach far into the kernel, or that change what there is one of on a machine. Each is called so that the
// kernel's own check is passed or not, and nothing happens either way.
#include "attack.h"
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <time.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define CALL(text, number, ...) long got = syscall(number, __VA_ARGS__); if (got < 0) return stopped_by(text); return succeeded(text)

static int setting(const char *path) {
    int value = 0;
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%d", &value) != 1) value = 0;
    if (file) fclose(file);
    return value;
}

static enum result keyctl(int n, char **a) { CALL("keyctl", SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL); }
static enum result add_key(int n, char **a) { CALL("add_key", SYS_add_key, "user", "attack", "secret", 6, KEY_SPEC_USER_SESSION_KEYRING); }

static enum result bpf(int n, char **a) {
    union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1 };
    CALL("bpf", SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
}

static enum result perf(int n, char **a) {
    struct perf_event_attr event = { .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1, .exclude_hv = 1 };
    if (setting("/proc/sys/kernel/perf_event_paranoid") > 2) return absent("perf without privileges");
    CALL("perf_event_open", SYS_perf_event_open, &event, 0, -1, -1, 0);
}

static enum result userfaultfd(int n, char **a) { CALL("userfaultfd", SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY); }

static enum result io_uring(int n, char **a) {
    struct io_uring_params parameters = { 0 };
    CALL("io_uring_setup", SYS_io_uring_setup, 4, &parameters);
}

// An errno that only somebody allowed is told means the door was open.
static enum result refused(const char *call, long got, int behind_the_check) {
    if (got >= 0 || errno == behind_the_check) return succeeded("%s", call);
    return stopped_by(call);
}

static enum result kexec(int n, char **a) { return refused("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0xfful), EINVAL); }
static enum result module(int n, char **a) { return refused("finit_module", syscall(SYS_finit_module, -1, "", 0), EBADF); }
static enum result reboot(int n, char **a) { return refused("reboot", syscall(SYS_reboot, 1, 2, 3, NULL), EINVAL); }
static enum result swapon(int n, char **a) { return refused("swapon", syscall(SYS_swapon, "/nonexistent", 0), ENOENT); }
static enum result accounting(int n, char **a) { return refused("acct", syscall(SYS_acct, "/nonexistent"), ENOENT); }
static enum result ports(int n, char **a) { CALL("ioperm", SYS_ioperm, 0x80, 1, 1); }

// To what it is: where it is allowed, nothing is late by more than a microsecond.
static enum result clock_set(int n, char **a) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    CALL("clock_settime", SYS_clock_settime, CLOCK_REALTIME, &now);
}

// Not the reading of all, which some machines allow everybody, but what asks for CAP_SYSLOG always.
static enum result kernel_log(int n, char **a) {
    int got = klogctl(9 /* SYSLOG_ACTION_SIZE_UNREAD */, NULL, 0);
    return got < 0 ? stopped_by("syslog") : succeeded("%d bytes of the kernel's log", got);
}

static enum result user_namespace(int n, char **a) {
    if (!unshare(CLONE_NEWUSER)) return succeeded("unshare");
    int because = errno;
    struct { unsigned long long flags, rest[10]; } arguments = { .flags = CLONE_NEWUSER };
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) _exit(0);
    if (child > 0) return succeeded("clone3");
    child = syscall(SYS_clone, CLONE_NEWUSER | 17 /* SIGCHLD */, 0, 0, 0, 0);
    if (child == 0) _exit(0);
    if (child > 0) return succeeded("clone");
    errno = because;
    return stopped_by("unshare");
}

static enum result namespaces(int n, char **a) {
    static const struct { int flag; const char *name; } kinds[] = {
        { CLONE_NEWNS, "mount" }, { CLONE_NEWPID, "pid" }, { CLONE_NEWNET, "net" }, { CLONE_NEWUTS, "uts" }, { CLONE_NEWIPC, "ipc" }, { CLONE_NEWCGROUP, "cgroup" }, { 0x80, "time" } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!unshare(kinds[i].flag)) return succeeded("unshare %s", kinds[i].name);
    return stopped_by("unshare");
}

// Reaches the hypervisor's side of a virtual machine, whatever the network namespace.
static enum result vsock(int n, char **a) {
    int made = socket(40 /* AF_VSOCK */, SOCK_STREAM, 0);
    if (made < 0 && errno == EAFNOSUPPORT) return absent("AF_VSOCK");
    return made < 0 ? stopped_by("socket") : succeeded("AF_VSOCK");
}

// Crypto code nobody in a container needs, and the door of many escalations.
static enum result alg(int n, char **a) {
    int made = socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0);
    if (made < 0 && errno == EAFNOSUPPORT) return absent("AF_ALG");
    return made < 0 ? stopped_by("socket") : succeeded("AF_ALG");
}

// The 32-bit entry: a filter that looks at 64-bit numbers only would be passed by.
static enum result old_entry(int n, char **a) {
    long got;
    __asm__ volatile("int $0x80" : "=a"(got) : "a"(288 /* keyctl */), "b"(KEYCTL_JOIN_SESSION_KEYRING), "c"(0), "d"(0), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
    errno = got < 0 ? -(int)got : 0;
    return got < 0 ? stopped_by("keyctl by int 0x80") : succeeded("keyctl by int 0x80");
}

// The same for the x32 numbers.
static enum result x32_entry(int n, char **a) {
    long got = syscall(0x40000000 | SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
    return got < 0 ? stopped_by("keyctl by x32") : succeeded("keyctl by x32");
}

const struct attack calls[] = {
    { "keyctl", keyctl }, { "add-key", add_key }, { "bpf", bpf }, { "perf", perf }, { "userfaultfd", userfaultfd }, { "io-uring", io_uring }, { "kexec", kexec },
    { "module", module }, { "reboot", reboot }, { "swapon", swapon }, { "acct", accounting }, { "ioperm", ports }, { "settime", clock_set },
    { "syslog", kernel_log }, { "user-namespace", user_namespace }, { "namespaces", namespaces }, { "vsock", vsock }, { "af-alg", alg },  { "int80", old_entry }, { "x32", x32_entry }, { 0 } };
