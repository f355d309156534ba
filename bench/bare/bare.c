/* What the kernel alone needs for one container: the measure Brig is held against.
 *
 *   bare [-c] [-w] ROOTFS WORK COUNT      prints one line for each of COUNT containers: microseconds, and those on the processor
 *
 * One round: upper and work folders, the three files of /etc, a cgroup, clone3 with the namespaces Brig makes by default straight into
 * the cgroup, overlay, /proc, /dev with its nodes and pts, shm, mqueue, /sys and the cgroup in it, the files of /etc, masked and read-only
 * paths, loopback, pivot_root, host name, execve of /bin/true; then waiting, removing the cgroup, the files and the folders.
 * -c: a cgroup in every version 1 hierarchy whose controllers Brig's default container is limited or measured by, with the default
 *     limits: a host that is not pure version 2 has them nowhere else.
 * -w: with the walls of Brig's default container: a user namespace of its own with the lower layer mapped into it, fewer
 *     capabilities, no new privileges, a system call filter as long as Brig's.
 * Not in it: a process that outlives it and watches, its output's log, anything that must reach the disk.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Not <sys/mount.h>: with older C libraries it says again what <linux/mount.h> says. */
#define MNT_DETACH 2
int mount(const char *, const char *, const char *, unsigned long, const void *);
int umount2(const char *, int);

#define FIRST_USER 1000000000u
#define LEAVES 117

static const char *rootfs, *work;
static const char *etc_files[] = { "hosts", "hostname", "resolv.conf" };
static char upper[512], inner[512], old_hierarchies[16][256], old_controllers[16][256];
static int old_count, walls;
static int root;                    /* the detached root file system */
static int gate[2];
static int etc[3];                  /* detached too, for the child walks no path of the host */

static int need(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        _exit(1);
    }
    return result;
}

static int tree(const char *path)
{
    return need(syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC), path);
}

static int made(const char *type, unsigned attributes)
{
    int context = need(syscall(SYS_fsopen, type, 0), type);
    need(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), type);
    int result = need(syscall(SYS_fsmount, context, 0, attributes), type);
    close(context);
    return result;
}

static void place(int from, const char *to)
{
    need(syscall(SYS_move_mount, from, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH), to);
    close(from);
}

/* The layers are given to overlayfs as what they are, or as a clone in which they belong to the container's users. */
static void make_root(int users)
{
    char layer[64];
    int context = need(syscall(SYS_fsopen, "overlay", 0), "overlay"), lower = -1;
    if (users >= 0) {
        struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = users };
        lower = tree(rootfs);
        need(syscall(SYS_mount_setattr, lower, "", AT_EMPTY_PATH, &attributes, sizeof attributes), "idmap");
        snprintf(layer, sizeof layer, "/proc/self/fd/%d", lower);
    }
    need(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "lowerdir+", users >= 0 ? layer : rootfs, 0), "lower");
    need(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "upperdir", upper, 0), "upper");
    need(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "workdir", inner, 0), "work");
    need(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "overlay");
    root = need(syscall(SYS_fsmount, context, 0, 0), "overlay");
    close(context), close(lower);
}

static void node(const char *path, int major, int minor, int host)
{
    if (!walls) {
        need(mknod(path, S_IFCHR | 0666, makedev(major, minor)), path);
        return;
    }
    close(need(open(path, O_CREAT | O_WRONLY, 0644), path));
    place(host, path);
}

/* Over a file /dev/null, over a folder an empty one. */
static void mask(const char *path)
{
    if (mount("/dev/null", path, NULL, MS_BIND, NULL) < 0 && errno == ENOTDIR)
        need(mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0k"), path);
}

static void raise_loopback(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    int any = need(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    need(ioctl(any, SIOCSIFFLAGS, &request), "lo");
    close(any);
}

static void read_only(const char *path)
{
    struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY };
    if (access(path, F_OK) < 0)
        return;
    int copy = tree(path);
    need(syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attributes, sizeof attributes), path);
    place(copy, path);
}

/* A search tree over the numbers of system calls: as many instructions and as many steps as the filter of Brig's default profile. */
static int search(struct sock_filter *to, int first, int last)
{
    if (first == last) {
        *to = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        return 1;
    }
    int middle = (first + last + 1) / 2, left = search(to + 1, first, middle - 1);
    *to = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, middle * 4, left, 0);
    return 1 + left + search(to + 1 + left, middle, last);
}

static void drop_rights(void)
{
    static const int kept[] = { 0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31 };
    struct sock_filter filter[2 * LEAVES + 1];
    for (int capability = 0, next = 0; capability <= 40; capability++)
        if (next < 14 && kept[next] == capability)
            next++;
        else
            need(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "bounding set");
    need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges");
    filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
    struct sock_fprog program = { .len = 1 + search(filter + 1, 0, LEAVES - 1), .filter = filter };
    need(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "filter");
}

static void child(void)
{
    static const char *devices[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty" };
    const unsigned long none = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    const unsigned attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    static const char *masked[] = {
        "proc/acpi", "proc/asound", "proc/interrupts", "proc/kcore", "proc/keys", "proc/kpagecgroup", "proc/kpagecount", "proc/kpageflags", "proc/latency_stats",
        "proc/sched_debug", "proc/scsi", "proc/timer_list", "proc/timer_stats", "sys/dev/block", "sys/devices/virtual/powercap", "sys/firmware", "sys/fs/selinux" };
    static const char *read_only_paths[] = { "proc/bus", "proc/fs", "proc/irq", "proc/pressure", "proc/sys", "proc/sysrq-trigger" };
    int host[6] = { -1, -1, -1, -1, -1, -1 };
    if (walls) {
        need(syscall(SYS_setgroups, 0, NULL), "groups");
        need(syscall(SYS_setresgid, 0, 0, 0), "group");
        need(syscall(SYS_setresuid, 0, 0, 0), "user");
        for (int i = 0; i < 6; i++)
            host[i] = tree(devices[i]);
    }
    need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    raise_loopback();
    int proc = made("proc", attributes), sys = made("sysfs", attributes | MOUNT_ATTR_RDONLY);
    need(syscall(SYS_move_mount, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH), "root");
    need(fchdir(root), "root");
    need(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    need(umount2(".", MNT_DETACH), "detach");
    need(chdir("/"), "chdir /");
    place(proc, "proc");
    need(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=65536k"), "dev");
    node("dev/null", 1, 3, host[0]), node("dev/zero", 1, 5, host[1]), node("dev/full", 1, 7, host[2]);
    node("dev/random", 1, 8, host[3]), node("dev/urandom", 1, 9, host[4]), node("dev/tty", 5, 0, host[5]);
    need(mkdir("dev/pts", 0755) | mkdir("dev/shm", 01777) | mkdir("dev/mqueue", 0755), "dev folders");
    need(mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5"), "pts");
    need(mount("shm", "dev/shm", "tmpfs", none, "mode=1777,size=65536k"), "shm");
    need(mount("mqueue", "dev/mqueue", "mqueue", none, NULL), "mqueue");
    need(symlink("pts/ptmx", "dev/ptmx") | symlink("/proc/self/fd", "dev/fd") | symlink("/proc/self/fd/0", "dev/stdin")
        | symlink("/proc/self/fd/1", "dev/stdout") | symlink("/proc/self/fd/2", "dev/stderr"), "links");
    place(sys, "sys");
    need(mount("cgroup", "sys/fs/cgroup", "cgroup2", none | MS_RDONLY, NULL), "cgroup");
    for (int i = 0; i < 3; i++) {
        char file[64];
        snprintf(file, sizeof file, "etc/%s", etc_files[i]);
        close(need(open(file, O_CREAT | O_WRONLY, 0644), file));
        place(etc[i], file);
    }
    for (int i = 0; i < 6; i++)
        read_only(read_only_paths[i]);
    for (int i = 0; i < 17; i++)
        mask(masked[i]);
    need(sethostname("bare", 4), "hostname");
    if (walls)
        drop_rights();
    execl("/bin/true", "true", NULL);
    need(-1, "execve");
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = need(open(path, O_WRONLY | O_CLOEXEC), path);
    need(write(file, text, strlen(text)), path);
    close(file);
}

/* The child waits at the gate; the descriptors made for it meanwhile are its own too. */
static void give_users(pid_t pid)
{
    char folder[64], map[64], path[80];
    snprintf(folder, sizeof folder, "/proc/%d", pid);
    snprintf(map, sizeof map, "0 %u 65536", FIRST_USER);
    put(folder, "uid_map", map);
    put(folder, "gid_map", map);
    snprintf(path, sizeof path, "%s/ns/user", folder);
    int users = need(open(path, O_RDONLY | O_CLOEXEC), path);
    need(chown(upper, FIRST_USER, FIRST_USER), "chown");
    make_root(users);
    close(users);
}

/* What a new version 1 cgroup needs before it takes anybody, and Brig's default limits. */
static void limit(const char *folder, const char *controller)
{
    static const char *allowed[] = {
        "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm" };
    static const char *given[] = { "cpuset.cpus", "cpuset.mems" };
    if (!strcmp(controller, "pids"))
        put(folder, "pids.max", "4096");
    if (!strcmp(controller, "devices")) {
        put(folder, "devices.deny", "a");
        for (int i = 0; i < 10; i++)
            put(folder, "devices.allow", allowed[i]);
    }
    for (int i = 0; !strcmp(controller, "cpuset") && i < 2; i++) {
        char path[512], text[256] = "";
        snprintf(path, sizeof path, "%s/../%s", folder, given[i]);
        int file = need(open(path, O_RDONLY | O_CLOEXEC), path);
        need(read(file, text, sizeof text - 1), path);
        close(file);
        put(folder, given[i], text);
    }
}

/* Its own file for each, because root inside may write it. */
static void make_etc(void)
{
    for (int i = 0; i < 3; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", work, etc_files[i]);
        int file = need(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644), path);
        need(write(file, "127.0.0.1\tlocalhost\n", 20), path);
        need(fchown(file, FIRST_USER, FIRST_USER), path);
        close(file);
        struct mount_attr own = { .propagation = MS_PRIVATE };
        etc[i] = tree(path);
        need(syscall(SYS_mount_setattr, etc[i], "", AT_EMPTY_PATH, &own, sizeof own), path);
    }
}

static double on_processor(void)
{
    struct rusage own, children;
    getrusage(RUSAGE_SELF, &own), getrusage(RUSAGE_CHILDREN, &children);
    return (own.ru_utime.tv_sec + own.ru_stime.tv_sec + children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1e6
        + own.ru_utime.tv_usec + own.ru_stime.tv_usec + children.ru_utime.tv_usec + children.ru_stime.tv_usec;
}

static void once(const char *unified, int number)
{
    char cgroup[300], old[16][300], index[600], text[16];
    struct timespec start, end;
    double worked = on_processor();
    snprintf(cgroup, sizeof cgroup, "%s/bare-%d-%d", unified, getpid(), number);
    clock_gettime(CLOCK_MONOTONIC, &start);
    need(mkdir(upper, 0755) | mkdir(inner, 0755), "folders");
    make_etc();
    need(mkdir(cgroup, 0755), cgroup);
    int into = need(open(cgroup, O_DIRECTORY | O_CLOEXEC), cgroup);
    for (int i = 0; i < old_count; i++) {
        snprintf(old[i], sizeof old[i], "%s/bare-%d-%d", old_hierarchies[i], getpid(), number);
        need(mkdir(old[i], 0755), old[i]);
        limit(old[i], old_controllers[i]);
    }
    need(pipe2(gate, O_CLOEXEC), "pipe");
    if (!walls)
        make_root(-1);
    struct clone_args args = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_INTO_CGROUP
            | (walls ? CLONE_NEWUSER | CLONE_FILES : 0),
        .exit_signal = SIGCHLD, .cgroup = into };
    long pid = need(syscall(SYS_clone3, &args, sizeof args), "clone3");
    if (pid == 0) {
        need(read(gate[0], &root, sizeof root), "gate");
        child();
    }
    snprintf(text, sizeof text, "%ld", pid);
    for (int i = 0; i < old_count; i++)
        put(old[i], "tasks", text);     /* not cgroup.procs, which waits for every processor */
    if (walls)
        give_users(pid);
    need(write(gate[1], &root, sizeof root), "gate");
    int status;
    need(waitpid(pid, &status, 0), "wait");
    if (status != 0)
        exit(1);
    close(into), close(gate[0]), close(gate[1]), close(root);
    for (int i = 0; !walls && i < 3; i++)
        close(etc[i]);
    need(rmdir(cgroup), cgroup);
    for (int i = 0; i < old_count; i++)
        need(rmdir(old[i]), old[i]);
    snprintf(index, sizeof index, "%s/work", inner);
    need(rmdir(index) | rmdir(inner), "remove work");
    char made[600];
    for (int i = 0; i < 3; i++) {
        snprintf(made, sizeof made, "%s/etc/%s", upper, etc_files[i]);
        need(unlink(made), made);
        snprintf(made, sizeof made, "%s/%s", work, etc_files[i]);
        need(unlink(made), made);
    }
    snprintf(made, sizeof made, "%s/etc", upper);
    need(rmdir(made), made);
    need(rmdir(upper), "remove upper");
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.0f %.0f\n", (end.tv_sec - start.tv_sec) * 1e6 + (end.tv_nsec - start.tv_nsec) / 1e3, on_processor() - worked);
}

/* The version 2 tree, and with -c the controllers' own; where two trees would do the same, as with the freezer, only one. */
static const char *find_hierarchies(int old_too)
{
    static const char *used[] = { "cpu", "cpuacct", "cpuset", "memory", "devices", "blkio", "pids" };
    static char unified[256];
    char line[1024], place[256], type[64], options[256];
    FILE *mounts = fopen("/proc/self/mounts", "r");
    while (fgets(line, sizeof line, mounts))
        if (sscanf(line, "%*s %255s %63s %255s", place, type, options) == 3) {
            if (!strcmp(type, "cgroup2"))
                strcpy(unified, place);
            for (int i = 0; old_too && !strcmp(type, "cgroup") && i < 7; i++) {
                char *last = strrchr(options, ',');
                if (last && !strcmp(last + 1, used[i]) && old_count < 16) {
                    strcpy(old_hierarchies[old_count], place);
                    strcpy(old_controllers[old_count++], used[i]);
                }
            }
        }
    fclose(mounts);
    return unified;
}

int main(int count, char **argument)
{
    int old_too = 0, option;
    while ((option = getopt(count, argument, "cw")) != -1)
        if (option == 'c')
            old_too = 1;
        else if (option == 'w')
            walls = 1;
        else
            return 64;
    if (count != optind + 3) {
        fprintf(stderr, "usage: bare [-c] [-w] ROOTFS WORK COUNT\n");
        return 64;
    }
    rootfs = argument[optind], work = argument[optind + 1];
    const char *unified = find_hierarchies(old_too);
    snprintf(upper, sizeof upper, "%s/upper", work);
    snprintf(inner, sizeof inner, "%s/work", work);
    for (int i = 0; i < atoi(argument[optind + 2]); i++)
        once(unified, i);
    return 0;
}
