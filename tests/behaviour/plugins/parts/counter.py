import signal

signal.signal(signal.SIGUSR1, signal.SIG_IGN)


class Part:
    ready = signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN
