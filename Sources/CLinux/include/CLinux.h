#pragma once
// The few things of Linux and libc that Swift cannot reach: variadic functions, function-like
// macros, and structures that the Glibc module leaves out.
#include "CLinuxMount.h"
#include "CLinuxProcess.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/xattr.h>

int clinux_open(const char *path, int flags, mode_t mode);
int clinux_openat(int directory, const char *path, int flags, mode_t mode);

/// openat2(2). `resolve` is a set of RESOLVE_* flags. Returns a descriptor or -1.
int clinux_openat2(int directory, const char *path, uint64_t flags, uint64_t mode,
                   uint64_t resolve);

/// Each of two paths gets what the other has (renameat2(2), RENAME_EXCHANGE).
int clinux_exchange(const char *first, const char *second);

/// O_PATH, for what need not be readable.
extern const int clinux_o_path;

/// getdents64(2): bytes filled, 0 at the end, -1 on error.
long clinux_getdents64(int fd, void *buffer, unsigned long size);

static inline uint32_t clinux_major(dev_t d) { return major(d); }
static inline uint32_t clinux_minor(dev_t d) { return minor(d); }
static inline dev_t clinux_makedev(uint32_t a, uint32_t b) { return makedev(a, b); }

/// A lock on one byte of an open file (fcntl(2), F_OFD_SETLK), without waiting. `type` is F_RDLCK,
/// F_WRLCK or F_UNLCK. Returns 0, or -1 with EAGAIN when another open file has it.
int clinux_lock_byte(int fd, short type, int64_t offset);
/// 1 when another open file has a lock on the byte, 0 when none has, -1 on error.
int clinux_byte_is_locked(int fd, int64_t offset);

/// syncfs(2): 0, or -1 on error.
int clinux_syncfs(int fd);
