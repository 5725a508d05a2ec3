// flood ADDRESS PORT PER_SECOND SECONDS: sends datagrams of 64 bytes at an even rate, prints how many.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { perMs = 1024, nsPerMs = 1000000 };

static long nowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  double perSecond = atof(argv[3]), seconds = atof(argv[4]);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) return 2;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) return 1;
  static char payload[64];
  static struct mmsghdr messages[perMs];
  struct iovec piece = {payload, sizeof payload};
  for (int i = 0; i < perMs; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &piece, .msg_iovlen = 1};
  long sent = 0, began = nowNs();
  for (;;) {
    double elapsed = (nowNs() - began) / 1e9;
    if (elapsed >= seconds) break;
    long due = (long)(elapsed * perSecond) - sent;
    if (due > perMs) due = perMs;
    // A port that nobody hears refuses now and then; the next call sends.
    int done = due > 0 ? sendmmsg(fd, messages, due, 0) : 0;
    if (done > 0) sent += done;
    struct timespec pause = {0, nsPerMs / 4};
    if (due < perMs) nanosleep(&pause, 0);
  }
  printf("%ld\n", sent);
  return 0;
}
