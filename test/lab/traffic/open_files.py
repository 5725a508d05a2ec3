"""The limit of open files, which is 1,024 on many a system."""

import resource


def allow_open_files(count):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(count, 1024), max(hard, count, 1024)))
