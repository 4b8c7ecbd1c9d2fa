/*
 * Preloaded into redis-server: the wall clock shows what a file says, so that a test can move time to the
 * millisecond. The file holds one signed 64-bit number, microseconds since 1970; COVARA_TEST_CLOCK names it.
 * Monotonic clocks run as always: Redis schedules its own work by them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *shown;

static int64_t now(void) {
  if (shown == NULL) {
    const char *path = getenv("COVARA_TEST_CLOCK");
    int file = path == NULL ? -1 : open(path, O_RDONLY);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *shown, PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) {
      static const char message[] = "clock.c: COVARA_TEST_CLOCK does not name a readable file\n";
      if (write(2, message, sizeof message - 1) < 0) _exit(3);
      _exit(2);
    }
    close(file);
    shown = page;
  }
  return *shown;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone) {
  (void)zone;
  int64_t us = now();
  tv->tv_sec = us / 1000000;
  tv->tv_usec = us % 1000000;
  return 0;
}

int clock_gettime(clockid_t clock, struct timespec *ts) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return syscall(SYS_clock_gettime, clock, ts);
  int64_t us = now();
  ts->tv_sec = us / 1000000;
  ts->tv_nsec = us % 1000000 * 1000;
  return 0;
}

time_t time(time_t *out) {
  time_t seconds = now() / 1000000;
  if (out != NULL) *out = seconds;
  return seconds;
}
