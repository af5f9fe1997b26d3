from typing import Any

from fastapi import APIRouter as APIRouter
from starlette.routing import Mount as Mount, Route

class APIRoute(Route):
    dependant: Any
    def get_route_handler(self) -> Any: ...

def __getattr__(name: str) -> Any: ...
