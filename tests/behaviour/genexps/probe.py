"""Looks at hosts, with pauses."""

import time

DOWN = {"web1", "db2"}


def alive(host):
    print("probe", host)
    time.sleep(0.001)
    return host not in DOWN


def load(host):
    print("load", host)
    time.sleep(0.001)
    return sum(map(ord, host)) % 50


def names(prefix):
    time.sleep(0.001)
    return [f"{prefix}{number}" for number in (1, 2, 3)]
