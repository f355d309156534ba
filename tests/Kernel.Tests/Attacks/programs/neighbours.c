// The host's and other containers' processes, sockets, memory and networks.
#include "attack.h"
#include <dirent.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

static int number(const char *name) { return name[strspn(name, "0123456789")] ? 0 : atoi(name); }

// WORD: a word of the victim's command line. 0: nobody has it.
static int find(const char *word) {
    char path[64], line[4096];
    DIR *proc = opendir("/proc");
    int pid = 0;
    for (struct dirent *entry; proc && !pid && (entry = readdir(proc));) {
        int candidate = number(entry->d_name);
        if (!candidate || candidate == getpid() || candidate == getppid()) continue;
        snprintf(path, sizeof path, "/proc/%d/cmdline", candidate);
        FILE *file = fopen(path, "re");
        size_t length = file ? fread(line, 1, sizeof line - 1, file) : 0;
        if (file) fclose(file);
        line[length] = 0;
        if (length && strstr(line, "sleep") && memmem(line, length, word, strlen(word))) pid = candidate;
    }
    if (proc) closedir(proc);
    return pid;
}

static enum result see(int n, char **a) {
    int pid = find(a[0]);
    return pid ? succeeded("process %d is seen", pid) : stopped("no such process is seen");
}

// WORD PID: by the number it has on the host where it is not seen.
static int victim(int n, char **a) { int pid = find(a[0]); return pid ? pid : atoi(a[1]); }

static enum result signal_it(int n, char **a) { return kill(victim(n, a), 0) ? stopped_by("kill") : succeeded("a signal can be sent"); }

static enum result trace(int n, char **a) {
    int pid = victim(n, a);
    if (ptrace(PTRACE_SEIZE, pid, 0, 0)) return stopped_by("ptrace");
    ptrace(PTRACE_DETACH, pid, 0, 0);
    return succeeded("process %d is traced", pid);
}

static enum result memory(int n, char **a) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", victim(n, a));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    return fd < 0 ? stopped_by("/proc/PID/mem") : succeeded("its memory opens");
}

// WORD PID FILE: through the root of whoever can be seen.
static enum result through_root(int n, char **a) {
    char path[4096];
    int seen = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && (entry = readdir(proc));) {
        if (!number(entry->d_name)) continue;
        seen++;
        snprintf(path, sizeof path, "/proc/%s/root%s", entry->d_name, a[2]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) return succeeded("a file of the host's through the root of process %s", entry->d_name);
    }
    return stopped("%d processes, none leads there", seen);
}

static enum result join(int n, char **a) {
    int fd = syscall(SYS_pidfd_open, victim(n, a), 0);
    if (fd < 0) return stopped_by("pidfd_open");
    return syscall(SYS_setns, fd, 0x00020000 /* CLONE_NEWNS */) ? stopped_by("setns") : succeeded("its mount namespace was entered");
}

static enum result abstract(int n, char **a) {
    struct sockaddr_un address = { AF_UNIX };
    strncpy(address.sun_path + 1, a[0], sizeof address.sun_path - 2);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(a[0]))) return stopped_by("connect");
    return succeeded("connected to an abstract socket of the host's");
}

// FOLDER NAME: an address has no room for long paths.
static enum result socket_file(int n, char **a) {
    struct sockaddr_un address = { AF_UNIX };
    strncpy(address.sun_path, a[1], sizeof address.sun_path - 1);
    if (chdir(a[0])) return stopped_by("chdir");
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(fd, (struct sockaddr *)&address, sizeof address) ? stopped_by("connect") : succeeded("connected to a socket of the host's");
}

static enum result shared_memory(int n, char **a) {
    int id = shmget(atoi(a[0]), 0, 0);
    return id < 0 ? stopped_by("shmget") : succeeded("a segment of the host's");
}

static enum result interfaces(int n, char **a) {
    if (!strcmp(a[0], "none")) return absent("another interface than lo");
    struct if_nameindex *all = if_nameindex();
    if (!all) return stopped_by("netlink");
    for (struct if_nameindex *one = all; one->if_index; one++)
        if (!strcmp(one->if_name, a[0])) return succeeded("%s of the host's is seen", a[0]);
    return stopped("the host's interfaces are not seen");
}

// netlink: an interface of its own making, which needs CAP_NET_ADMIN over the network namespace.
#include <linux/rtnetlink.h>
static enum result make_interface(int n, char **a) {
    struct { struct nlmsghdr head; struct ifinfomsg info; struct rtattr name; char text[8]; struct rtattr linked; struct rtattr kind; char name_of_kind[8]; } request = {
        .head = { sizeof request, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0 },
        .name = { RTA_LENGTH(7), IFLA_IFNAME }, .text = "attack",
        .linked = { sizeof(struct rtattr) * 2 + 8, IFLA_LINKINFO }, .kind = { RTA_LENGTH(6), IFLA_INFO_KIND }, .name_of_kind = "bridge" };
    struct { struct nlmsghdr head; int error; char rest[256]; } answer;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0 || send(fd, &request, sizeof request, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0) return stopped_by("netlink");
    errno = -answer.error;
    return answer.error == 0 ? succeeded("an interface") : errno == EOPNOTSUPP ? absent("bridges") : stopped_by("netlink");
}

const struct attack neighbours[] = {
    { "see-process", see }, { "signal", signal_it }, { "ptrace", trace }, { "process-memory", memory }, { "proc-root", through_root }, { "setns", join }, { "abstract-socket", abstract },
    { "socket-file", socket_file }, { "shared-memory", shared_memory }, { "interfaces", interfaces }, { "make-interface", make_interface }, { 0 } };
