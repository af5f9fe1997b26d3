from typing import Any

class Answer:
    qname: Any
    rdtype: Any
    rrset: Any
    response: Any
    canonical_name: Any
    expiration: float
    def __iter__(self) -> Any: ...
    def __getitem__(self, i: Any) -> Any: ...
    def __len__(self) -> int: ...

class BaseResolver:
    nameservers: Any
    timeout: float
    lifetime: float
    port: int
    def __init__(self, filename: Any = "/etc/resolv.conf", configure: bool = True) -> None: ...
    def reset(self) -> None: ...
    def read_resolv_conf(self, f: Any) -> None: ...

class Resolver(BaseResolver):
    def resolve(
        self,
        qname: Any,
        rdtype: Any = "A",
        rdclass: Any = "IN",
        tcp: bool = False,
        source: str | None = None,
        raise_on_no_answer: bool = True,
        source_port: int = 0,
        lifetime: float | None = None,
        search: bool | None = None,
    ) -> Answer: ...
    def query(
        self,
        qname: Any,
        rdtype: Any = "A",
        rdclass: Any = "IN",
        tcp: bool = False,
        source: str | None = None,
        raise_on_no_answer: bool = True,
        source_port: int = 0,
        lifetime: float | None = None,
    ) -> Answer: ...
    def resolve_address(self, ipaddr: str, *args: Any, **kwargs: Any) -> Answer: ...
    def resolve_name(self, name: Any, family: int = 0, **kwargs: Any) -> Any: ...
    def canonical_name(self, name: Any) -> Any: ...
    def try_ddr(self, lifetime: float = 5.0) -> None: ...

def get_default_resolver() -> Resolver: ...
def reset_default_resolver() -> None: ...
def resolve(
    qname: Any,
    rdtype: Any = "A",
    rdclass: Any = "IN",
    tcp: bool = False,
    source: str | None = None,
    raise_on_no_answer: bool = True,
    source_port: int = 0,
    lifetime: float | None = None,
    search: bool | None = None,
) -> Answer: ...
def query(
    qname: Any,
    rdtype: Any = "A",
    rdclass: Any = "IN",
    tcp: bool = False,
    source: str | None = None,
    raise_on_no_answer: bool = True,
    source_port: int = 0,
    lifetime: float | None = None,
) -> Answer: ...
def resolve_address(ipaddr: str, *args: Any, **kwargs: Any) -> Answer: ...
def resolve_name(name: Any, family: int = 0, **kwargs: Any) -> Any: ...
def canonical_name(name: Any) -> Any: ...
def try_ddr(lifetime: float = 5.0) -> None: ...
def zone_for_name(name: Any, *args: Any, **kwargs: Any) -> Any: ...
def make_resolver_at(where: Any, port: int = 53, family: int = 0, resolver: Resolver | None = None) -> Resolver: ...
def resolve_at(where: Any, qname: Any, rdtype: Any = "A", *args: Any, **kwargs: Any) -> Answer: ...
def __getattr__(name: str) -> Any: ...
