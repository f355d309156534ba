// More rights than were given.
#include "attack.h"
#include <grp.h>
#include <sys/wait.h>

// From root to somebody, as an intruder in a service would be.
static int become_somebody(void) { return geteuid() == 0 && (setgroups(0, NULL) || setgid(1000) || setuid(1000)); }

// PROGRAM: this very program, owned by root and set-user-id. It runs "whoami-root" below.
static enum result become_root(int n, char **a) {
    if (become_somebody()) return stopped_by("setuid");
    execl(a[0], a[0], "am-root", NULL);
    return stopped_by("execve");
}

static enum result am_root(int n, char **a) { return geteuid() == 0 ? succeeded("euid 0") : stopped("euid %d", geteuid()); }

// PROGRAM: with a file capability the image brought.
static enum result run(int n, char **a) {
    if (become_somebody()) return stopped_by("setuid");
    execv(a[0], a);
    return stopped_by("execve");
}

static enum result am_admin(int n, char **a) {
    return status_mask("CapEff") >> 21 & 1 ? succeeded("CAP_SYS_ADMIN") : stopped("no CAP_SYS_ADMIN");
}

// More in the bounding set could be had again by any program with file capabilities.
static enum result bounding(int n, char **a) {
    unsigned long long mask = status_mask("CapBnd"), few = 0xa80405fb;
    return mask & ~few ? succeeded("bounding set %llx", mask) : stopped("bounding set %llx", mask);
}

// Root in here is somebody outside, unless ids are mapped.
static enum result real_root(int n, char **a) {
    unsigned inside, outside, count;
    FILE *map = fopen("/proc/self/uid_map", "re");
    if (!map || fscanf(map, "%u %u %u", &inside, &outside, &count) != 3) return stopped_by("uid_map");
    return inside == 0 && outside == 0 ? succeeded("root is the host's root") : stopped("root is %u outside", outside);
}

const struct attack users[] = {
    { "become-root", become_root }, { "am-root", am_root }, { "run", run }, { "am-admin", am_admin }, { "bounding-set", bounding }, { "real-root", real_root }, { 0 } };
