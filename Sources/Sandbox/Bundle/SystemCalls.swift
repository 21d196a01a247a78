/// Which system calls a container may make: those that Docker's default profile lets through with
/// Docker's default capabilities. Names that an architecture lacks are passed over by the runtime.
///
/// Source: Docker's documentation, "Seccomp security profiles for Docker"; syscalls(2).
enum SystemCalls {
  static let allowed = [
    files, names, attributes, descriptors, memory, processes, identities, scheduling, signals, time,
    sockets, waiting, messages, system, old32Bit,
  ].flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }

  private static let files = """
    close close_range copy_file_range creat fadvise64 fadvise64_64 fallocate fdatasync flock fsync
    ftruncate ftruncate64 lseek open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2
    read readahead readv sendfile sendfile64 splice sync sync_file_range syncfs tee truncate
    truncate64 vmsplice write writev
    """
  private static let names = """
    access chdir chroot faccessat faccessat2 fchdir getcwd getdents getdents64 inotify_add_watch
    inotify_init inotify_init1 inotify_rm_watch fanotify_mark link linkat mkdir mkdirat mknod mknodat
    name_to_handle_at readlink readlinkat rename renameat renameat2 rmdir symlink symlinkat unlink
    unlinkat
    """
  private static let attributes = """
    chmod chown chown32 fchmod fchmodat fchmodat2 fchown fchown32 fchownat fgetxattr flistxattr
    fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 futimesat getxattr getxattrat
    lchown lchown32 lgetxattr listxattr listxattrat llistxattr lremovexattr lsetxattr lstat lstat64
    newfstatat removexattr removexattrat setxattr setxattrat stat stat64 statfs statfs64 statx umask
    utime utimensat utimensat_time64 utimes
    """
  private static let descriptors = """
    dup dup2 dup3 eventfd eventfd2 fcntl fcntl64 io_cancel io_destroy io_getevents io_pgetevents
    io_pgetevents_time64 io_setup io_submit ioctl memfd_create memfd_secret pipe pipe2 signalfd
    signalfd4 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
    """
  private static let memory = """
    brk cachestat madvise map_shadow_stack membarrier mincore mlock mlock2 mlockall mmap mmap2
    mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect
    remap_file_pages
    """
  private static let processes = """
    arch_prctl execve execveat exit exit_group fork get_robust_list get_thread_area getpgid getpgrp
    getpid getppid getsid gettid landlock_add_rule landlock_create_ruleset landlock_restrict_self
    modify_ldt pidfd_open pidfd_send_signal prctl process_mrelease process_vm_readv process_vm_writev
    ptrace rseq seccomp set_robust_list set_thread_area set_tid_address setpgid setsid vfork wait4
    waitid waitpid
    """
  private static let identities = """
    capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32
    getresgid getresgid32 getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid
    setfsuid32 setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32
    setresuid setresuid32 setreuid setreuid32 setuid setuid32
    """
  private static let scheduling = """
    getcpu getpriority getrlimit getrusage ioprio_get ioprio_set prlimit64 sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
    sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler sched_yield setpriority setrlimit ugetrlimit
    """
  private static let signals = """
    kill pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
    rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack
    sigprocmask sigreturn tgkill tkill
    """
  private static let time = """
    adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
    clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer
    time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
    timer_settime64 times
    """
  private static let sockets = """
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
    recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair
    """
  private static let waiting = """
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
    epoll_wait_old futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake poll ppoll
    ppoll_time64 pselect6 pselect6_time64 select
    """
  private static let messages = """
    ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
    mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop
    semtimedop_time64 shmat shmctl shmdt shmget
    """
  private static let system = "getrandom sysinfo uname"
  private static let old32Bit = "_llseek _newselect"

  /// What exists and is not allowed: the caller learns that it may not. What the kernel got later
  /// than this list reads as missing, so that a C library falls back to what it did before.
  static let refused = """
    acct add_key bpf clock_settime clock_settime64 create_module delete_module fanotify_init
    finit_module fsconfig fsmount fsopen fspick get_kernel_syms get_mempolicy init_module
    io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl
    lookup_dcookie mbind migrate_pages mount mount_setattr move_mount move_pages nfsservctl
    open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise query_module
    quotactl quotactl_fd reboot request_key set_mempolicy set_mempolicy_home_node setdomainname
    sethostname setns settimeofday stime swapoff swapon _sysctl syslog umount umount2 unshare
    uselib userfaultfd ustat vhangup vm86 vm86old
    """.split(whereSeparator: \.isWhitespace).map(String.init)
}
