import asyncio
from pathlib import Path


def data_path(name: str) -> Path:
    folder = Path("data") / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mark").write_text("x")
    return folder


async def delete(name: str) -> str:
    path = data_path("trivia") / f"{name}.yaml"
    if path.exists():
        path.unlink()
        await asyncio.sleep(0)
        return "deleted"
    else:
        await asyncio.sleep(0)
        return "not found"


async def upload(name: str) -> None:
    path = data_path("trivia") / f"{name}.yaml"
    path.write_text("questions")
