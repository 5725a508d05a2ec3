/* Loads for the benches of monitors and the recorder. Both ends of each in one process and one thread, over loopback, so that
 * the CPU time of the process is all that an operation costs: its softirq work runs inside its own system calls,
 * and no scheduler comes between the ends.
 *
 *   load KIND OPERATIONS [PAUSE_US]     prints the nanoseconds of CPU (user + system) that one operation took
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SMALL = 64, SHORT = 200, LARGE = 65536, CROWD = 250 };

static void check(int good, const char *what) {
  if (good) return;
  perror(what);
  exit(1);
}

static int bound_socket(int type, struct sockaddr_in *address) {
  int fd = socket(AF_INET, type, 0);
  socklen_t length = sizeof *address;
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  check(bind(fd, (struct sockaddr *)address, length) == 0, "bind");
  check(getsockname(fd, (struct sockaddr *)address, &length) == 0, "getsockname");
  return fd;
}

static void move_bytes(int from, int to, size_t count) {
  static char buffer[LARGE];
  check(send(from, buffer, count, 0) == (ssize_t)count, "send");
  for (size_t left = count; left > 0;) {
    ssize_t got = recv(to, buffer, left, 0);
    check(got > 0, "recv");
    left -= got;
  }
}

struct connection {
  int client, server;
};

static int listening(struct sockaddr_in *address) {
  int listener = bound_socket(SOCK_STREAM, address);
  check(listen(listener, 16) == 0, "listen");
  return listener;
}

static struct connection connected(int listener, const struct sockaddr_in *address) {
  struct connection pair = {.client = socket(AF_INET, SOCK_STREAM, 0)};
  check(connect(pair.client, (const struct sockaddr *)address, sizeof *address) == 0, "connect");
  pair.server = accept(listener, NULL, NULL);
  check(pair.server >= 0, "accept");
  int on = 1;
  setsockopt(pair.client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(pair.server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return pair;
}

static struct connection lasting_connection(void) {
  struct sockaddr_in address;
  int listener = listening(&address);
  return connected(listener, &address);
}

/* Between two operations, for a steady rate; 0 for as many as go. */
static useconds_t pause_us;

static void rest(void) {
  if (pause_us > 0) usleep(pause_us);
}

static void ask(const struct connection *pair) {
  move_bytes(pair->client, pair->server, SMALL);
  move_bytes(pair->server, pair->client, SMALL);
}

static void request_and_response(long operations) {
  struct connection pair = lasting_connection();
  for (long i = 0; i < operations; i++, rest()) ask(&pair);
}

/* Each operation on the next of many open connections. */
static void many_open(long operations) {
  static struct connection open[CROWD];
  for (int i = 0; i < CROWD; i++) open[i] = lasting_connection();
  for (long i = 0; i < operations; i++, rest()) ask(&open[i % CROWD]);
}

static void stream(long operations) {
  struct connection pair = lasting_connection();
  for (long i = 0; i < operations; i++, rest()) move_bytes(pair.client, pair.server, LARGE);
}

static void connect_and_close_once(int listener, const struct sockaddr_in *address) {
  struct connection pair = connected(listener, address);
  move_bytes(pair.client, pair.server, SHORT);
  close(pair.client);
  close(pair.server);
}

static void connect_and_close(long operations) {
  struct sockaddr_in address;
  int listener = listening(&address);
  for (long i = 0; i < operations; i++, rest()) connect_and_close_once(listener, &address);
}

static void datagrams(long operations) {
  struct sockaddr_in address, other;
  int receiver = bound_socket(SOCK_DGRAM, &address), sender = bound_socket(SOCK_DGRAM, &other);
  check(connect(sender, (struct sockaddr *)&address, sizeof address) == 0, "connect");
  for (long i = 0; i < operations; i++, rest()) move_bytes(sender, receiver, SMALL);
}

static double cpu_ns(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return 1e9 * (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e3 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static const struct {
  const char *name;
  void (*run)(long operations);
} loads[] = {
    {"udp-64", datagrams},
    {"tcp-64", request_and_response},
    {"tcp-64k", stream},
    {"tcp-open", many_open},
    {"connect", connect_and_close},
};

int main(int count, char **words) {
  for (size_t i = 0; (count == 3 || count == 4) && i < sizeof loads / sizeof *loads; i++) {
    if (strcmp(words[1], loads[i].name) != 0) continue;
    long operations = atol(words[2]);
    if (count == 4) pause_us = atol(words[3]);
    double before = cpu_ns();
    loads[i].run(operations);
    printf("%.1f\n", (cpu_ns() - before) / operations);
    return 0;
  }
  fprintf(stderr, "usage: load udp-64|tcp-64|tcp-64k|tcp-open|connect OPERATIONS [PAUSE_US]\n");
  return 2;
}
