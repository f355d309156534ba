using System.Collections.Frozen;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>What each system call is about, in groups of our own (syscalls(2)); the words are in Topic.resx.</summary>
public static class SyscallTopics
{
    private static readonly FrozenDictionary<string, string> s_topics = new (string Topic, string Calls)[]
    {
        ("files", """
            access arm_fadvise64_64 cachestat chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
            fadvise64_64 fallocate fanotify_init fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr
            file_getattr file_setattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat
            getcwd getdents getdents64 getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch lchown lchown32 lgetxattr link linkat
            listmount listxattr listxattrat llistxattr _llseek lookup_dcookie lremovexattr lseek lsetxattr lstat lstat64 mkdir mkdirat name_to_handle_at
            newfstatat open open_by_handle_at openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 quotactl quotactl_fd read readahead readlink
            readlinkat readv removexattr removexattrat rename renameat renameat2 rmdir sendfile sendfile64 setxattr setxattrat splice stat stat64 statfs statfs64
            statmount statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs tee truncate truncate64 umask unlink unlinkat utime utimensat
            utimensat_time64 utimes vhangup vmsplice write writev
            """),
        ("wait", """
            epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 _newselect poll ppoll
            ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
            """),
        ("aio", """
            io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit
            """),
        ("uring", """
            io_uring_enter io_uring_register io_uring_setup
            """),
        ("memory", """
            brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap mseal msync munlock
            munlockall munmap pkey_alloc pkey_free pkey_mprotect process_madvise process_mrelease remap_file_pages
            """),
        ("process", """
            arch_prctl clone clone3 execve execveat exit exit_group fork futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list
            get_thread_area getpgid getpgrp getpid getppid getsid gettid modify_ldt personality pidfd_open pidfd_send_signal prctl restart_syscall rseq
            set_robust_list set_thread_area set_tid_address setpgid setsid vfork wait4 waitid waitpid
            """),
        ("processes", """
            kcmp pidfd_getfd process_vm_readv process_vm_writev ptrace
            """),
        ("signals", """
            alarm kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64
            rt_tgsigqueueinfo sigaltstack signal sigprocmask sigreturn tgkill tkill uretprobe
            """),
        ("users", """
            capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32 getresuid getresuid32 getuid getuid32
            setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid
            setreuid32 setuid setuid32
            """),
        ("sandbox", """
            landlock_add_rule landlock_create_ruleset landlock_restrict_self lsm_get_self_attr lsm_list_modules lsm_set_self_attr seccomp
            """),
        ("network", """
            accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto
            setsockopt shutdown socket socketcall socketpair
            """),
        ("ipc", """
            ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd pipe
            pipe2 semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget
            """),
        ("time", """
            clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time
            timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 times
            """),
        ("clock", """
            adjtimex clock_adjtime clock_adjtime64 clock_settime clock_settime64 settimeofday stime
            """),
        ("limits", """
            getcpu getpriority getrlimit getrusage ioprio_get ioprio_set nice prlimit64 sched_get_priority_max sched_get_priority_min sched_getaffinity
            sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
            sched_setscheduler sched_yield setpriority setrlimit ugetrlimit
            """),
        ("numa", """
            get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node
            """),
        ("device", """
            ioctl
            """),
        ("random", """
            getrandom
            """),
        ("system", """
            acct setdomainname sethostname swapoff swapon _sysctl sysfs sysinfo syslog uname ustat
            """),
        ("mount", """
            chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree open_tree_attr pivot_root umount umount2
            """),
        ("namespace", """
            setns unshare
            """),
        ("module", """
            create_module delete_module finit_module get_kernel_syms init_module query_module
            """),
        ("kernel", """
            kexec_file_load kexec_load reboot
            """),
        ("keys", """
            add_key keyctl request_key
            """),
        ("trace", """
            bpf perf_event_open userfaultfd
            """),
        ("hardware", """
            ioperm iopl vm86 vm86old
            """),
        ("retired", """
            afs_syscall getpmsg nfsservctl putpmsg security tuxcall uselib vserver
            """),
    }.SelectMany(group => group.Calls.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(call => (call, group.Topic)))
        .ToFrozenDictionary(pair => pair.call, pair => pair.Topic, StringComparer.Ordinal);

    /// <summary>Null: a call newer than this list.</summary>
    public static string? Of(string call) => s_topics.GetValueOrDefault(call);
}
