#!/usr/bin/env python3
"""Doc."""
from __future__ import annotations
from time import sleep as nap, time
import requests as http
if time:
    import subprocess


async def main():
    nap(0.1); http.get("u").text
    import os.path
    return subprocess.run(["ls"], check=True)
