#pragma once
// Starting, watching and isolating processes: what Swift's Glibc module hides or marks unavailable.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// One descriptor of a child: its number there, and which of ours it is.
struct clinux_descriptor {
  int target;
  int source;
};

enum clinux_group {
  CLINUX_GROUP_OWN,
  CLINUX_GROUP_CALLERS,
  CLINUX_GROUP_SESSION,
};

struct clinux_spawn {
  const char *path;
  char *const *arguments;
  char *const *environment;
  /// NULL: the caller's.
  const char *directory;
  const struct clinux_descriptor *descriptors;
  size_t descriptor_count;
  enum clinux_group group;
  /// The terminal whose foreground group the child's group becomes, or -1.
  int terminal;
};

/// Starts a process with default signal dispositions, an empty mask, and no descriptors but those
/// named. Returns 0 or an error number.
int clinux_spawn(const struct clinux_spawn *request, pid_t *pid);

/// The process's end without taking it away: 1 when it has ended, 0 when not, -1 on error.
int clinux_has_ended(pid_t pid);
/// Takes the ended process away. `signal` is 0 when it exited by itself with `code`.
int clinux_reap(pid_t pid, bool wait, pid_t *found, int *code, int *signal);

int clinux_pipe(int ends[2]);
int clinux_memory_file(const char *name);
int clinux_pidfd_open(pid_t pid);
int clinux_duplicate(int fd, int minimum);
int clinux_set_close_on_exec(int fd);
int clinux_set_nonblocking(int fd);

/// Lets the signals write their number as one byte to `fd`.
int clinux_forward_signals(int fd, const int *signals, size_t count);
int clinux_default_signals(const int *signals, size_t count);
int clinux_ignore_signals(const int *signals, size_t count);
/// Blocks the signals and returns a descriptor that reads them, or -1.
int clinux_signal_descriptor(const int *signals, size_t count);
/// The next signal's number from such a descriptor; 0 when there is none.
int clinux_next_signal(int fd);

/// tcsetpgrp(3) that also works from a background group.
int clinux_set_foreground(int terminal, pid_t group);
int clinux_window_size(int terminal, unsigned short *rows, unsigned short *columns);
int clinux_set_window_size(int terminal, unsigned short rows, unsigned short columns);

/// A new terminal: its master's descriptor, its other side's by `slave`. Returns -1 on error.
int clinux_open_terminal(int *slave);

/// fork(2). Only for a process with one thread.
pid_t clinux_fork(void);
int clinux_die_with_parent(void);
