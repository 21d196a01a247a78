#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

// mount(2) itself is declared beside the flags in <sys/mount.h>, which clashes with
// <linux/mount.h> in some C libraries.
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);

const int clinux_new_mounts = CLONE_NEWNS, clinux_new_processes = CLONE_NEWPID,
          clinux_new_users = CLONE_NEWUSER, clinux_new_network = CLONE_NEWNET;
const uint64_t clinux_resolve_in_root_without_links = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;
const unsigned long clinux_ms_bind = MS_BIND, clinux_ms_rec = MS_REC,
                    clinux_ms_private = MS_PRIVATE, clinux_ms_remount = MS_REMOUNT,
                    clinux_ms_nodev = MS_NODEV, clinux_ms_nosuid = MS_NOSUID,
                    clinux_ms_noexec = MS_NOEXEC, clinux_ms_rdonly = MS_RDONLY;

int clinux_unshare(int flags) { return unshare(flags); }

int clinux_enter_namespace(int fd, int type) { return setns(fd, type); }

int clinux_mount(const char *source, const char *target, const char *type, unsigned long flags,
                 const char *data) {
  return mount(source, target, type, flags, data);
}

int clinux_unmount(const char *target) { return umount2(target, 0); }

int clinux_fs_open(const char *type) { return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC); }

int clinux_fs_set(int fs, const char *key, const char *value) {
  unsigned command = value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
  return (int)syscall(SYS_fsconfig, fs, command, key, value, 0);
}

int clinux_fs_mount(int fs, const char *source, const char *target, bool read_only) {
  if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "source", source, 0)) return -1;
  if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0)) return -1;
  unsigned attributes = MOUNT_ATTR_NODEV | (read_only ? MOUNT_ATTR_RDONLY : 0);
  int tree = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
  if (tree < 0) return -1;
  int result =
      (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
  int saved = errno;
  close(tree);
  errno = saved;
  return result;
}

int clinux_receive_descriptor(int socket) {
  char byte;
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  // The name of the terminal comes along and is of no interest.
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  ssize_t count;
  do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN(sizeof(int))) {
    errno = EPROTO;
    return -1;
  }
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

int clinux_listen(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1)) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  return fd;
}

int clinux_accept(int socket) {
  int fd;
  do fd = accept4(socket, NULL, NULL, SOCK_CLOEXEC);
  while (fd < 0 && errno == EINTR);
  return fd;
}

int clinux_raise_loopback(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ifreq request = {.ifr_name = "lo"};
  int result = ioctl(fd, SIOCGIFFLAGS, &request);
  if (!result) {
    request.ifr_flags |= IFF_UP;
    result = ioctl(fd, SIOCSIFFLAGS, &request);
  }
  int saved = errno;
  close(fd);
  errno = saved;
  return result;
}

int64_t clinux_file_system_type(int fd) {
  struct statfs status;
  return fstatfs(fd, &status) ? -1 : (int64_t)status.f_type;
}
