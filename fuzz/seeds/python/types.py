from pathlib import Path
type Alias[T: int = str] = list[T]
async def f[**P, *Ts, T](path: Path, x: T) -> Alias[T]:
    return path.read_text().strip() + (path / "x").read_text()[0]
class C[T](Path): ...
