from pathlib import Path


class Page:
    def __init__(self, path: Path) -> None:
        self.path = path


async def show(page: Page) -> int:
    return len(page.path.read_text())
