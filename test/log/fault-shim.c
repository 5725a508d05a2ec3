/*
 * Preloaded into a process, fails its n-th operation on the files of a directory, as the environment says:
 *
 *     LOG_FAULT=KIND:N:DIRECTORY     N from 1; read again whenever it changes; sets LOG_FAULT_HIT when it happens
 *
 * KIND of any operation that changes something (open to write, write, sync, rename, unlink, truncate):
 *     crash   it and all that follow do nothing and fail: what a kill at this point leaves
 *     eio, enospc   it fails, and those that follow work
 * KIND of writes:
 *     torn    half is written, then as crash        short   half is written, and said to be
 *     flip    one bit is written wrong              lost    nothing is written, and all is said to be
 *     bad     it is written where the disk from then on refuses to be read, also after LOG_FAULT is taken back
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char seen[512], kind[16], directory[400];
static int at, count, crashed;

/* What the disk refuses to give. */
static struct { int is; dev_t dev; ino_t ino; off64_t from, to; } bad;

static int is_bad_file(int fd) {
  struct stat found;
  return bad.is && !fstat(fd, &found) && found.st_dev == bad.dev && found.st_ino == bad.ino;
}

static void read_fault(void) {
  const char *fault = getenv("LOG_FAULT");
  if (!fault) fault = "";
  if (!strcmp(fault, seen)) return;
  snprintf(seen, sizeof seen, "%s", fault);
  count = crashed = at = 0;
  if (*fault) bad.is = 0;
  if (sscanf(fault, "%15[^:]:%d:%399s", kind, &at, directory) != 3) at = 0;
}

static int is(const char *name) { return !strcmp(kind, name); }
static int is_for_writes(void) { return is("torn") || is("short") || is("flip") || is("lost") || is("bad"); }

static int hit(void) {
  if (++count != at) return 0;
  setenv("LOG_FAULT_HIT", "1", 1);
  return 1;
}

static int is_ours_fd(int fd) {
  char link[64], path[512];
  read_fault();
  if (!at) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, directory) != 0;
}

/* The log reaches its files through the descriptor of their directory. */
static int is_ours_path(const char *path) {
  read_fault();
  if (!at) return 0;
  if (strstr(path, directory)) return 1;
  int fd, end = 0;
  return sscanf(path, "/proc/self/fd/%d/%n", &fd, &end) == 1 && end > 0 && is_ours_fd(fd);
}

/* Of an operation that is no write: 0 to go on, else -1 with errno. */
static int fails(void) {
  if (crashed) { errno = EIO; return -1; }
  if (is_for_writes() || !hit()) return 0;
  if (is("crash")) crashed = 1;
  errno = is("enospc") ? ENOSPC : EIO;
  return -1;
}

#define REAL(result, name, ...) result (*real)(__VA_ARGS__) = dlsym(RTLD_NEXT, name)

static ssize_t write_at(int fd, const void *bytes, size_t length, off64_t offset) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (!is_ours_fd(fd)) return real(fd, bytes, length, offset);
  if (!is_for_writes()) return fails() ? -1 : real(fd, bytes, length, offset);
  if (crashed) { errno = EIO; return -1; }
  if (!hit()) return real(fd, bytes, length, offset);
  if (is("lost")) return length;
  if (is("bad")) {
    struct stat file;
    fstat(fd, &file);
    bad.is = 1;
    bad.dev = file.st_dev;
    bad.ino = file.st_ino;
    bad.from = offset;
    bad.to = offset + length;
    return real(fd, bytes, length, offset);
  }
  if (is("short")) return real(fd, bytes, length / 2, offset);
  if (is("torn")) {
    real(fd, bytes, length / 2, offset);
    crashed = 1;
    errno = EIO;
    return -1;
  }
  char *changed = malloc(length);
  memcpy(changed, bytes, length);
  changed[length / 3] ^= 4;
  ssize_t written = real(fd, changed, length, offset);
  free(changed);
  return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return write_at(fd, bytes, length, offset); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return write_at(fd, bytes, length, offset); }

/* As the kernel does: what comes before the bad place is given, and then nothing. */
static ssize_t read_at(int fd, void *bytes, size_t length, off64_t offset) {
  REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
  if (is_bad_file(fd) && offset < bad.to && offset + (off64_t)length > bad.from) {
    if (offset >= bad.from) { errno = EIO; return -1; }
    length = bad.from - offset;
  }
  return real(fd, bytes, length, offset);
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset) { return read_at(fd, bytes, length, offset); }
ssize_t pread(int fd, void *bytes, size_t length, off_t offset) { return read_at(fd, bytes, length, offset); }

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return is_ours_fd(fd) && fails() ? -1 : real(fd);
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  return is_ours_fd(fd) && fails() ? -1 : real(fd);
}
int ftruncate64(int fd, off64_t length) {
  REAL(int, "ftruncate64", int, off64_t);
  return is_ours_fd(fd) && fails() ? -1 : real(fd, length);
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return is_ours_path(from) && fails() ? -1 : real(from, to);
}
int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  return is_ours_path(path) && fails() ? -1 : real(path);
}
int open64(const char *path, int flags, ...) {
  REAL(int, "open64", const char *, int, ...);
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  return writes && is_ours_path(path) && fails() ? -1 : real(path, flags, mode);
}
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  return open64(path, flags, mode);
}
