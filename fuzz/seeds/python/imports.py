#!/usr/bin/env python3
"""Doc."""
from __future__ import annotations
import asyncio
from time import time
import requests as http
if time:
    import subprocess


async def main():
    await asyncio.sleep(0.1); (await asyncio.to_thread(http.get, "u")).text
    import os.path
    return await asyncio.to_thread(subprocess.run, ["ls"], check=True)
