// Mounts: nothing of the host's is mounted for writing, and all of it ends with the container.
#include "attack.h"
#include <linux/mount.h>
#include <sched.h>

extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);

static const char *const place = "/tmp/mounted";

static enum result tmpfs(int n, char **a) {
    mkdir(place, 0700);
    if (mount("tmpfs", place, "tmpfs", 0, "size=64k")) return stopped_by("mount");
    umount2(place, 2);
    return succeeded("a tmpfs");
}

// DEVICE TYPE: made with mknod where that is possible.
static enum result disk(int n, char **a) {
    mkdir(place, 0700);
    for (int i = 0; i + 1 < n; i += 2)
        if (!mount(a[i], place, a[i + 1], 1 /* MS_RDONLY */, NULL)) { umount2(place, 2); return succeeded("%s", a[i]); }
    return stopped_by("mount");
}

static enum result new_mount(int n, char **a) {
    int context = syscall(SYS_fsopen, "tmpfs", 0);
    if (context < 0) return stopped_by("fsopen");
    if (syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0)) return stopped_by("fsconfig");
    int made = syscall(SYS_fsmount, context, 0, 0);
    return made < 0 ? stopped_by("fsmount") : succeeded("a detached tmpfs");
}

static enum result clone_tree(int n, char **a) {
    int tree = syscall(SYS_open_tree, AT_FDCWD, "/proc/sys", 1 /* OPEN_TREE_CLONE */);
    return tree < 0 ? stopped_by("open_tree") : succeeded("a clone of /proc/sys");
}

static enum result remount(int n, char **a) {
    if (!mount(NULL, "/proc/sys", NULL, 32 | 4096 /* MS_REMOUNT|MS_BIND */, NULL)) return succeeded("/proc/sys is writable");
    if (!mount(NULL, "/sys", NULL, 32 | 4096, NULL)) return succeeded("/sys is writable");
    return stopped_by("mount");
}

static enum result unmask(int n, char **a) {
    if (!umount2("/proc/sys", 2)) return succeeded("/proc/sys was uncovered");
    if (!umount2("/proc/keys", 2)) return succeeded("/proc/keys was uncovered");
    return stopped_by("umount2");
}

static enum result own_proc(int n, char **a) {
    mkdir(place, 0700);
    if (mount("proc", place, "proc", 0, NULL)) return stopped_by("mount");
    return succeeded("a proc without masks");
}

static int in_v1(void) {
    char line[256];
    int found = 0;
    FILE *cgroups = fopen("/proc/self/cgroup", "re");
    while (cgroups && fgets(line, sizeof line, cgroups)) found |= strncmp(line, "0::", 3) != 0 && !strstr(line, ":name=");
    if (cgroups) fclose(cgroups);
    return found;
}

// CVE-2022-0492: a v1 hierarchy whose root this container is in runs a program of its choosing on the host. Opened, never written.
static enum result of_cgroups(int own) {
    static const char *const controllers[] = { "rdma", "misc", "pids", "memory", "cpuset", "devices", "freezer", "net_cls", "perf_event", "hugetlb", "cpu" };
    char file[128];
    int mounted = 0, because = 0;
    if (!in_v1()) return absent("cgroup v1");
    if (own && unshare(CLONE_NEWNS | 0x02000000 /* CLONE_NEWCGROUP */)) return stopped_by("unshare");
    mkdir(place, 0700);
    for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++) {
        if (mount("cgroup", place, "cgroup", 0, controllers[i])) { because = errno; continue; }
        mounted++;
        snprintf(file, sizeof file, "%s/release_agent", place);
        int fd = open(file, O_WRONLY | O_CLOEXEC);
        because = errno;
        if (fd >= 0) { close(fd); umount2(place, 2); return succeeded("release_agent of %s opens", controllers[i]); }
        snprintf(file, sizeof file, "%s/notify_on_release", place);
        fd = open(file, O_WRONLY | O_CLOEXEC);
        if (fd >= 0) { close(fd); umount2(place, 2); return succeeded("a v1 hierarchy of %s, writable", controllers[i]); }
        umount2(place, 2);
    }
    errno = because;
    return mounted ? stopped("%d hierarchies, nothing of them opens", mounted) : stopped_by("mount");
}

static enum result release_agent(int n, char **a) { return of_cgroups(0); }

static enum result release_agent_of_user(int n, char **a) { return unshare(CLONE_NEWUSER) ? stopped_by("unshare") : of_cgroups(1); }

static enum result binfmt(int n, char **a) {
    mkdir(place, 0700);
    if (mount("binfmt_misc", place, "binfmt_misc", 0, NULL)) return errno == ENODEV ? absent("binfmt_misc") : stopped_by("mount");
    umount2(place, 2);
    return succeeded("binfmt_misc");
}

static enum result debug_fs(int n, char **a) {
    mkdir(place, 0700);
    static const char *const kinds[] = { "debugfs", "tracefs", "securityfs", "bpf", "configfs", "pstore", "efivarfs" };
    for (int i = 0; i < 7; i++)
        if (!mount("none", place, kinds[i], 1 /* MS_RDONLY */, NULL)) { umount2(place, 2); return succeeded("%s", kinds[i]); }
    return stopped_by("mount");
}

static enum result user_then_mount(int n, char **a) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) return stopped_by("unshare");
    mkdir(place, 0700);
    return mount("tmpfs", place, "tmpfs", 0, "size=64k") ? stopped_by("mount") : succeeded("a tmpfs in a user namespace of its own");
}

const struct attack mounts[] = {
    { "mount-tmpfs", tmpfs }, { "mount-disk", disk }, { "fsmount", new_mount }, { "open-tree", clone_tree }, { "remount-proc-sys", remount }, { "unmask", unmask }, { "mount-proc", own_proc },
    { "release-agent", release_agent }, { "release-agent-of-user", release_agent_of_user }, { "binfmt-misc", binfmt }, { "kernel-filesystems", debug_fs }, { "user-namespace-mount", user_then_mount }, { 0 } };
