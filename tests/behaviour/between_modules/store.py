from pathlib import Path


async def keep(path: Path, text: str) -> None:
    path.write_text(text)
