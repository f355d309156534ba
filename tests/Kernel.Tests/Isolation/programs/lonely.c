/* Alone in its image: makes a 32-bit call (20 is its getpid), takes a name that looks like two lines of its status, and waits. */
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
    int pid;
    __asm__ volatile ("int $0x80" : "=a"(pid) : "a"(20) : "r8", "r9", "r10", "r11", "memory");
    prctl(PR_SET_NAME, "x\nUid:\t0\t0\\");
    if (write(1, pid == getpid() ? "ready\n" : "wrong\n", 6) != 6)
        return 1;
    for (;;)
        pause();
}
