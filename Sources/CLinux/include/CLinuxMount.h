#pragma once
// Mounts and namespaces, by system call: the wrappers are younger than the C libraries in use.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int clinux_unshare(int flags);
int clinux_enter_namespace(int fd, int type);

extern const int clinux_new_mounts, clinux_new_processes, clinux_new_users, clinux_new_network;
extern const uint64_t clinux_resolve_in_root_without_links;

/// mount(2) with flags of `MS_*`; `data` may be NULL, as may `source` and `type`.
int clinux_mount(const char *source, const char *target, const char *type, unsigned long flags,
                 const char *data);
int clinux_unmount(const char *target);

extern const unsigned long clinux_ms_bind, clinux_ms_rec, clinux_ms_private, clinux_ms_remount,
    clinux_ms_nodev, clinux_ms_nosuid, clinux_ms_noexec, clinux_ms_rdonly;

/// fsopen(2): a descriptor of a file system to be configured, or -1.
int clinux_fs_open(const char *type);
/// Sets a parameter; with a NULL value it is a flag.
int clinux_fs_set(int fs, const char *key, const char *value);
/// Makes the file system and mounts it at `target`, where devices cannot be opened.
int clinux_fs_mount(int fs, const char *source, const char *target, bool read_only);

/// Sends or receives one descriptor over a Unix socket.
int clinux_receive_descriptor(int socket);
/// A listening Unix socket at `path` (at most 107 bytes), or -1.
int clinux_listen(const char *path);
int clinux_accept(int socket);
/// Raises the loopback interface of the current network namespace.
int clinux_raise_loopback(void);
/// The type of the file system that holds an open file: the magic number of statfs(2), or -1.
int64_t clinux_file_system_type(int fd);
