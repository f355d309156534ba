/* What the kernel alone needs for one container: the measure Brig is held against.
 *
 *   bare [-c] ROOTFS WORK COUNT      prints one line for each of COUNT containers: microseconds
 *
 * One round: upper and work folders, a cgroup, clone3 with the namespaces Brig makes by default straight into
 * the cgroup, overlay, /proc, /dev with its nodes and pts, shm, mqueue, /sys, masked paths, pivot_root, host name,
 * execve of /bin/true; then waiting, removing the cgroup and the folders.
 * -c: a cgroup in every version 1 hierarchy too, as a host that is not pure version 2 needs it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *rootfs, *work;
static char upper[512], inner[512], merged[512], old_hierarchies[16][256];
static int old_count;

static void need(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        _exit(1);
    }
}

static void node(const char *path, int minor)
{
    need(mknod(path, S_IFCHR | 0666, makedev(1, minor)), path);
}

static void mask(const char *path)
{
    if (mount("/dev/null", path, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
        need(-1, path);
}

static void child(void)
{
    char options[2048];
    const unsigned long none = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", rootfs, upper, inner);
    need(mount("overlay", merged, "overlay", 0, options), "overlay");
    need(chdir(merged), "chdir");
    need(mount("proc", "proc", "proc", none, NULL), "proc");
    need(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=65536k"), "dev");
    node("dev/null", 3), node("dev/zero", 5), node("dev/full", 7), node("dev/random", 8), node("dev/urandom", 9);
    need(mknod("dev/tty", S_IFCHR | 0666, makedev(5, 0)), "tty");
    need(mkdir("dev/pts", 0755) | mkdir("dev/shm", 01777) | mkdir("dev/mqueue", 0755), "dev folders");
    need(mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5"), "pts");
    need(mount("shm", "dev/shm", "tmpfs", none, "mode=1777,size=65536k"), "shm");
    need(mount("mqueue", "dev/mqueue", "mqueue", none, NULL), "mqueue");
    need(symlink("pts/ptmx", "dev/ptmx") | symlink("/proc/self/fd", "dev/fd") | symlink("/proc/self/fd/0", "dev/stdin")
        | symlink("/proc/self/fd/1", "dev/stdout") | symlink("/proc/self/fd/2", "dev/stderr"), "links");
    need(mount("sysfs", "sys", "sysfs", none | MS_RDONLY, NULL), "sys");
    mask("proc/kcore"), mask("proc/keys"), mask("proc/timer_list");
    need(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    need(umount2(".", MNT_DETACH), "detach");
    need(chdir("/"), "chdir /");
    need(sethostname("bare", 4), "hostname");
    execl("/bin/true", "true", NULL);
    need(-1, "execve");
}

static void put(const char *folder, const char *name, pid_t pid)
{
    char path[512], text[16];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    need(file, path);
    need(write(file, text, snprintf(text, sizeof text, "%d", pid)), path);
    close(file);
}

static double once(const char *unified, int number)
{
    char cgroup[300], old[16][300];
    struct timespec start, end;
    snprintf(cgroup, sizeof cgroup, "%s/bare-%d-%d", unified, getpid(), number);
    clock_gettime(CLOCK_MONOTONIC, &start);
    need(mkdir(upper, 0755) | mkdir(inner, 0755), "folders");
    need(mkdir(cgroup, 0755), cgroup);
    int into = open(cgroup, O_DIRECTORY | O_CLOEXEC);
    need(into, cgroup);
    for (int i = 0; i < old_count; i++) {
        snprintf(old[i], sizeof old[i], "%s/bare-%d-%d", old_hierarchies[i], getpid(), number);
        need(mkdir(old[i], 0755), old[i]);
    }
    int gate[2];
    need(pipe2(gate, O_CLOEXEC), "pipe");
    struct clone_args args = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_INTO_CGROUP,
        .exit_signal = SIGCHLD, .cgroup = into };
    long pid = syscall(SYS_clone3, &args, sizeof args);
    need(pid, "clone3");
    if (pid == 0) {
        char go;
        if (old_count > 0)
            need(read(gate[0], &go, 1), "gate");
        child();
    }
    for (int i = 0; i < old_count; i++)
        put(old[i], "cgroup.procs", pid);
    need(write(gate[1], "", 1), "gate");
    int status;
    need(waitpid(pid, &status, 0), "wait");
    if (status != 0)
        exit(1);
    close(into), close(gate[0]), close(gate[1]);
    need(rmdir(cgroup), cgroup);
    for (int i = 0; i < old_count; i++)
        need(rmdir(old[i]), old[i]);
    char index[600];
    snprintf(index, sizeof index, "%s/work", inner);
    need(rmdir(index) | rmdir(inner), "remove work");
    snprintf(index, sizeof index, "rm -rf %s", upper);
    if (rmdir(upper) < 0)
        need(system(index), "remove upper");
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (end.tv_sec - start.tv_sec) * 1e6 + (end.tv_nsec - start.tv_nsec) / 1e3;
}

/* The version 2 tree, and with -c the controllers' own. cpuset is left out: a new one takes nobody before it is filled. */
static const char *find_hierarchies(int old_too)
{
    static char unified[256];
    char line[1024], place[256], type[64], options[256];
    FILE *mounts = fopen("/proc/self/mounts", "r");
    while (fgets(line, sizeof line, mounts))
        if (sscanf(line, "%*s %255s %63s %255s", place, type, options) == 3) {
            if (!strcmp(type, "cgroup2"))
                strcpy(unified, place);
            else if (old_too && !strcmp(type, "cgroup") && !strstr(options, "cpuset") && old_count < 16)
                strcpy(old_hierarchies[old_count++], place);
        }
    fclose(mounts);
    return unified;
}

int main(int count, char **argument)
{
    int old_too = count > 1 && !strcmp(argument[1], "-c");
    if (count != 4 + old_too) {
        fprintf(stderr, "usage: bare [-c] ROOTFS WORK COUNT\n");
        return 64;
    }
    rootfs = argument[1 + old_too], work = argument[2 + old_too];
    const char *unified = find_hierarchies(old_too);
    snprintf(upper, sizeof upper, "%s/upper", work);
    snprintf(inner, sizeof inner, "%s/work", work);
    snprintf(merged, sizeof merged, "%s/merged", work);
    mkdir(merged, 0755);
    for (int i = 0; i < atoi(argument[3 + old_too]); i++)
        printf("%.0f\n", once(unified, i));
    return rmdir(merged);
}
