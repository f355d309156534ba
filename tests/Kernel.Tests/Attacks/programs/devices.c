// Device nodes: MAJOR MINOR of what is to be reached. Opened for reading only, and nothing is read.
#include "attack.h"
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

static enum result node(mode_t kind, int n, char **a) {
    if (n < 2) return absent("the numbers of a device");
    const char *path = "/tmp/node";
    unlink(path);
    if (mknod(path, kind | 0600, makedev(atoi(a[0]), atoi(a[1])))) return stopped_by("mknod");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int because = errno;
    unlink(path);
    errno = because;
    if (fd < 0 && (errno == ENXIO || errno == ENODEV || errno == ENOMEDIUM)) return succeeded("the kernel looked for the device");
    return fd < 0 ? stopped_by("open") : succeeded("a device of one's own making opens");
}

static enum result disk(int n, char **a) { return node(S_IFBLK, n, a); }
static enum result character(int n, char **a) { return node(S_IFCHR, n, a); }

// A node that is in /dev already, or came with the image.
static enum result there(int n, char **a) {
    int fd = open(a[0], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENXIO) return succeeded("%s: the kernel looked for the device", a[0]);
    return fd < 0 ? stopped_by(a[0]) : succeeded("%s opens", a[0]);
}

// The node itself, or one of one's own making. Read as far as it opens; opened for writing, but nothing is written.
static enum result kmsg(int n, char **a) {
    int fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) return succeeded("/dev/kmsg opens");
    if (errno != ENOENT) return stopped_by("/dev/kmsg");
    char *numbers[] = { "1", "11" };
    return node(S_IFCHR, 2, numbers);
}

// To the host's file system by a file of it that is mounted in here. FITRIM asks for CAP_SYS_ADMIN before it looks at what it is to trim, and there is nothing.
static enum result disk_call(int n, char **a) {
    int fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return stopped_by("open");
    if (!ioctl(fd, FITRIM, NULL) || errno == EFAULT || errno == EOPNOTSUPP) return succeeded("FITRIM");
    return errno == ENOTTY ? absent("a file system that can be trimmed") : stopped_by("FITRIM");
}

const struct attack devices[] = { { "mknod-block", disk }, { "mknod-character", character }, { "kmsg", kmsg }, { "device-of-image", there }, { "disk-call", disk_call }, { 0 } };
