from typing import Any

from selenium.webdriver import Chrome as WebDriver

def __getattr__(name: str) -> Any: ...
