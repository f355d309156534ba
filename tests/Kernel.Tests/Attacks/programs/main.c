// usage: attack NAME [ARGUMENT…]
#include "attack.h"
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>

static const struct attack *const groups[] = { calls, root, files, devices, mounts, neighbours, users, limits, races, hostile };
static const char *name;

static enum result say(enum result result, const char *format, va_list arguments) {
    static const char *const words[] = { "succeeded", "stopped", "absent" };
    printf("%s %s ", name, words[result]);
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    return result;
}

#define SAY(how) va_list arguments; va_start(arguments, format); enum result said = say(how, format, arguments); va_end(arguments); return said

enum result succeeded(const char *format, ...) { SAY(SUCCEEDED); }
enum result stopped(const char *format, ...) { SAY(STOPPED); }
static enum result lacking(const char *format, ...) { SAY(ABSENT); }

enum result absent(const char *what) { return lacking("%s", what); }

enum result stopped_by(const char *call) {
    int because = errno;
    // A filter says ENOSYS too; without one it is the kernel that lacks the call.
    if (because == ENOSYS && status_mask("Seccomp") == 0) return lacking("%s", call);
    return stopped("%s: %s", call, strerrorname_np(because));
}

unsigned long long status_mask(const char *field) {
    char line[256];
    unsigned long long mask = ~0ull;
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof line, status))
        if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ':')
            mask = strtoull(line + strlen(field) + 1, NULL, 16);
    if (status) fclose(status);
    return mask;
}

int main(int count, char **arguments) {
    if (count < 2) return 64;
    name = arguments[1];
    if (!strcmp(name, "surfaces")) { print_surfaces(); return 0; }
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (const struct attack *attack = groups[g]; attack->name; attack++)
            if (!strcmp(attack->name, name))
                return attack->run(count - 2, arguments + 2);
    fprintf(stderr, "there is no attack \"%s\"\n", name);
    return 64;
}
