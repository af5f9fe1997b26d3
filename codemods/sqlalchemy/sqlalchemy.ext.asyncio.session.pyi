from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession as AsyncSession, AsyncSessionTransaction as AsyncSessionTransaction, AsyncAttrs as AsyncAttrs, async_sessionmaker as async_sessionmaker

def __getattr__(name: str) -> Any: ...
