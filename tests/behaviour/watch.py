"""Runs a program and notes which blocking calls its event loop makes.

usage: watch.py REPORT MAIN.py

Audit events of files, processes and sleeps that happen on a thread with a running loop, below a frame of the program, are
written to REPORT, one `file:line event` a line.
"""

import asyncio
import os
import runpy
import sys
import time

report, main = sys.argv[1], os.path.abspath(sys.argv[2])
root = os.path.dirname(main)
sys.argv = [main]
sys.path.insert(0, root)
os.chdir(root)
notes = open(report, "w")
EVENTS = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "subprocess.Popen", "socket.connect", "time.sleep"}


def note(event):
    if asyncio._get_running_loop() is None:
        return
    frame = sys._getframe(2)
    while frame is not None and not frame.f_code.co_filename.startswith(root):
        if "importlib" in frame.f_code.co_filename:
            return
        frame = frame.f_back
    if frame is not None:
        notes.write(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno} {event}\n")
        notes.flush()


def hook(event, args):
    # asyncio connects sockets that do not block.
    if event in EVENTS and not (event == "socket.connect" and args[0].gettimeout() == 0):
        note(event)


real_sleep = time.sleep


def sleep(seconds):
    note("time.sleep")
    real_sleep(seconds)


time.sleep = sleep
sys.addaudithook(hook)
runpy.run_path(main, run_name="__main__")
