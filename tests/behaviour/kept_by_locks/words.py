import subprocess
import sys

CACHE: dict[str, str] = {}
_asked = 0


async def meaning(word: str) -> str:
    global _asked
    if word not in CACHE:
        number = _asked
        CACHE[word] = subprocess.check_output([sys.executable, "-c", f"print('{word}'.upper())"], text=True).strip()
        _asked = number + 1
    return f"{CACHE[word]} {len(CACHE)} {_asked}"
