from typing import Any

from selenium.webdriver import Firefox as WebDriver

def __getattr__(name: str) -> Any: ...
