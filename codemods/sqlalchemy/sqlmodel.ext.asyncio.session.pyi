from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession as _AsyncSession

class AsyncSession(_AsyncSession):
    async def exec(self, statement: Any, *, params: Any = None, execution_options: Any = ..., bind_arguments: Any = None, **kw: Any) -> Any: ...

def __getattr__(name: str) -> Any: ...
