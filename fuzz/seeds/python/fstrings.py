import requests
async def f(u):
    print(f"{requests.get(u).text!r:>{len(u)}} {{}} {requests.get(u)=}")
    return f'{f"{requests.get(f"{u}")}"}', rf"\d{requests.get(u)}", f"""
{
    requests.get(
        u
    )
}"""
