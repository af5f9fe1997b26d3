from typing import Any

from selenium.webdriver import Safari as WebDriver

def __getattr__(name: str) -> Any: ...
