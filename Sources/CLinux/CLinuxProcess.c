#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static bool is_target(const struct clinux_spawn *request, int fd) {
  for (size_t i = 0; i < request->descriptor_count; i++)
    if (request->descriptors[i].target == fd) return true;
  return false;
}

/// Closes what nobody asked for, be it marked close-on-exec or not.
static int close_others(posix_spawn_file_actions_t *actions, const struct clinux_spawn *request,
                        int highest) {
  for (int fd = 3; fd < highest; fd++) {
    if (is_target(request, fd)) continue;
    int error = posix_spawn_file_actions_addclose(actions, fd);
    if (error) return error;
  }
  return posix_spawn_file_actions_addclosefrom_np(actions, highest + 1);
}

/// Maps descriptors by way of copies above all targets, so that no mapping overwrites another's
/// source.
static int map_descriptors(posix_spawn_file_actions_t *actions, const struct clinux_spawn *request,
                           int *copies) {
  int highest = 2;
  for (size_t i = 0; i < request->descriptor_count; i++)
    if (request->descriptors[i].target > highest) highest = request->descriptors[i].target;
  for (size_t i = 0; i < request->descriptor_count; i++) {
    copies[i] = fcntl(request->descriptors[i].source, F_DUPFD_CLOEXEC, highest + 1);
    if (copies[i] < 0) return errno;
    int error =
        posix_spawn_file_actions_adddup2(actions, copies[i], request->descriptors[i].target);
    if (error) return error;
  }
  return close_others(actions, request, highest);
}

static int set_attributes(posix_spawnattr_t *attributes, const struct clinux_spawn *request) {
  short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  sigset_t set;
  sigfillset(&set);
  posix_spawnattr_setsigdefault(attributes, &set);
  sigemptyset(&set);
  posix_spawnattr_setsigmask(attributes, &set);
  if (request->group == CLINUX_GROUP_OWN) {
    flags |= POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setpgroup(attributes, 0);
  }
  if (request->group == CLINUX_GROUP_SESSION) flags |= POSIX_SPAWN_SETSID;
  return posix_spawnattr_setflags(attributes, flags);
}

int clinux_spawn(const struct clinux_spawn *request, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  size_t count = request->descriptor_count;
  int *copies = malloc((count + 1) * sizeof *copies);
  if (!copies) error = ENOMEM;
  for (size_t i = 0; copies && i < count; i++) copies[i] = -1;
  if (!error) error = set_attributes(&attributes, request);
  if (!error && request->terminal >= 0)
    error = posix_spawn_file_actions_addtcsetpgrp_np(&actions, request->terminal);
  if (!error) error = map_descriptors(&actions, request, copies);
  if (!error && request->directory)
    error = posix_spawn_file_actions_addchdir_np(&actions, request->directory);
  if (!error)
    error = posix_spawn(pid, request->path, &actions, &attributes, request->arguments,
                        request->environment);
  for (size_t i = 0; copies && i < count; i++)
    if (copies[i] >= 0) close(copies[i]);
  free(copies);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int clinux_has_ended(pid_t pid) {
  siginfo_t info = {0};
  int result;
  do result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
  while (result < 0 && errno == EINTR);
  if (result < 0) return -1;
  return info.si_pid == pid;
}

int clinux_reap(pid_t pid, bool wait, pid_t *found, int *code, int *signal) {
  int status = 0;
  pid_t result;
  do result = waitpid(pid, &status, wait ? 0 : WNOHANG);
  while (result < 0 && errno == EINTR);
  *found = result > 0 ? result : 0;
  if (result < 0) return -1;
  *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return 0;
}

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_duplicate(int fd, int minimum) { return fcntl(fd, F_DUPFD_CLOEXEC, minimum); }

int clinux_set_close_on_exec(int fd) { return fcntl(fd, F_SETFD, FD_CLOEXEC); }

int clinux_set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static volatile sig_atomic_t signal_pipe = -1;

static void write_signal(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t written = write(signal_pipe, &byte, 1);
  (void)written;
  errno = saved;
}

static int set_handler(void (*handler)(int), const int *signals, size_t count) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < count; i++)
    if (sigaction(signals[i], &action, NULL)) return -1;
  return 0;
}

int clinux_forward_signals(int fd, const int *signals, size_t count) {
  signal_pipe = fd;
  return set_handler(write_signal, signals, count);
}

int clinux_default_signals(const int *signals, size_t count) {
  return set_handler(SIG_DFL, signals, count);
}

int clinux_ignore_signals(const int *signals, size_t count) {
  return set_handler(SIG_IGN, signals, count);
}

int clinux_signal_descriptor(const int *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL)) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_next_signal(int fd) {
  struct signalfd_siginfo info;
  return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int clinux_set_foreground(int terminal, pid_t group) {
  sigset_t block, before;
  sigemptyset(&block);
  sigaddset(&block, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &block, &before);
  int result = tcsetpgrp(terminal, group);
  int saved = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = saved;
  return result;
}

int clinux_window_size(int terminal, unsigned short *rows, unsigned short *columns) {
  struct winsize size = {0};
  if (ioctl(terminal, TIOCGWINSZ, &size)) return -1;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 0;
}

int clinux_set_window_size(int terminal, unsigned short rows, unsigned short columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  return ioctl(terminal, TIOCSWINSZ, &size);
}

int clinux_open_terminal(int *slave) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  char name[64];
  if (master < 0) return -1;
  *slave = -1;
  if (!grantpt(master) && !unlockpt(master) && !ptsname_r(master, name, sizeof name))
    *slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*slave >= 0) return master;
  close(master);
  return -1;
}

pid_t clinux_fork(void) { return fork(); }

int clinux_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
