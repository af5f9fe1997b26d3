"""Tasks that share what one thread works on, in a package."""

import asyncio
import os
import tempfile

from till import last, serve


async def main():
    answers = await asyncio.gather(*(serve([amount, amount * 10]) for amount in (1, 2, 3)))
    print(max(max(totals) for totals in answers), len((await last()).split()))


os.chdir(tempfile.mkdtemp())
asyncio.run(main())
