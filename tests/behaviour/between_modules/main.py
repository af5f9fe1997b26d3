"""One module writes the files that another one reads: neither may come in between."""
import asyncio
import tempfile
from pathlib import Path

from pages import Page, show
from store import keep


async def main() -> None:
    folder = Path(tempfile.mkdtemp())
    page = Page(folder / "front")
    await keep(page.path, "a" * 3_000_000)
    lengths = set()
    for letter in "bcdefgh":
        _, first, second = await asyncio.gather(keep(page.path, letter * 3_000_000), show(page), show(page))
        lengths |= {first, second}
    print(sorted(lengths))


asyncio.run(main())
