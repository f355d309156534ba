// What every attack is made of. An attack tries one thing and says whether it would have worked; it opens what is
// dangerous and never writes to it, so that a wall that is missing shows here and harms nobody.
#ifndef ATTACK_H
#define ATTACK_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum result { SUCCEEDED, STOPPED, ABSENT };

// One line on standard output: "NAME succeeded|stopped|absent DETAIL".
enum result succeeded(const char *format, ...) __attribute__((format(printf, 1, 2)));
enum result stopped(const char *format, ...) __attribute__((format(printf, 1, 2)));

// By errno; a call this kernel lacks is absent.
enum result stopped_by(const char *call);
enum result absent(const char *what);

struct attack {
    const char *name;
    enum result (*run)(int count, char **arguments);
};

extern const struct attack calls[], root[], files[], devices[], mounts[], neighbours[], users[], limits[], races[], hostile[];

void print_surfaces(void);

// Of /proc/self/status, base 16; ~0 where there is none.
unsigned long long status_mask(const char *field);

#endif
