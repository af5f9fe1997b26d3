"""A small shop, served by FastAPI."""

from fastapi import FastAPI, HTTPException

import auth
import catalog
import labels
from payments import Payments

app = FastAPI()
payments = Payments("https://payments.example")


@app.get("/products")
async def products(category: str | None = None) -> list[dict]:
    return catalog.products(category)


@app.post("/login")
async def login(name: str, password: str) -> dict:
    if not auth.verify(name, password):
        raise HTTPException(401)
    return {"token": auth.token(name)}


@app.post("/orders/{order}/pay")
async def pay(order: str, amount: int) -> dict:
    receipt = payments.charge(order, amount)
    return {"order": order, "receipt": receipt}


@app.post("/orders/{order}/label")
async def label(order: str, address: str) -> dict:
    path = labels.render(order, address)
    size = path.stat().st_size
    return {"path": str(path), "size": size}


@app.get("/report")
def report() -> list[dict]:
    # A plain `def` endpoint runs in a thread already.
    return catalog.products(None)
