from typing import Any, Self

from elasticsearch import client as client, dsl as dsl, helpers as helpers
from elasticsearch.client import AsyncSearchClient, AutoscalingClient, CatClient, CcrClient, ClusterClient, ConnectorClient, DanglingIndicesClient, EncryptionClient, EnrichClient, EqlClient, EsqlClient, FeaturesClient, FleetClient, GraphClient, IlmClient, IndicesClient, InferenceClient, IngestClient, LicenseClient, LogstashClient, MigrationClient, MlClient, MonitoringClient, NodesClient, ProjectClient, QueryRulesClient, RollupClient, SearchApplicationClient, SearchableSnapshotsClient, SecurityClient, ShutdownClient, SimulateClient, SlmClient, SnapshotClient, SqlClient, SslClient, StreamsClient, SynonymsClient, TasksClient, TextStructureClient, TransformClient, WatcherClient, XPackClient

class Elasticsearch:
    transport: Any
    async_search: AsyncSearchClient
    autoscaling: AutoscalingClient
    cat: CatClient
    cluster: ClusterClient
    connector: ConnectorClient
    fleet: FleetClient
    features: FeaturesClient
    indices: IndicesClient
    inference: InferenceClient
    ingest: IngestClient
    nodes: NodesClient
    snapshot: SnapshotClient
    tasks: TasksClient
    xpack: XPackClient
    ccr: CcrClient
    dangling_indices: DanglingIndicesClient
    encryption: EncryptionClient
    enrich: EnrichClient
    eql: EqlClient
    esql: EsqlClient
    graph: GraphClient
    ilm: IlmClient
    license: LicenseClient
    logstash: LogstashClient
    migration: MigrationClient
    ml: MlClient
    monitoring: MonitoringClient
    project: ProjectClient
    query_rules: QueryRulesClient
    rollup: RollupClient
    search_application: SearchApplicationClient
    searchable_snapshots: SearchableSnapshotsClient
    security: SecurityClient
    slm: SlmClient
    simulate: SimulateClient
    shutdown: ShutdownClient
    sql: SqlClient
    ssl: SslClient
    streams: StreamsClient
    synonyms: SynonymsClient
    text_structure: TextStructureClient
    transform: TransformClient
    watcher: WatcherClient
    def __init__(self, hosts: Any = None, *, cloud_id: str | None = None, api_key: Any = None, basic_auth: Any = None, bearer_auth: str | None = None, opaque_id: str | None = None, server_mode: str = "stack", headers: Any = ..., connections_per_node: Any = ..., http_compress: Any = ..., verify_certs: Any = ..., ca_certs: Any = ..., client_cert: Any = ..., client_key: Any = ..., ssl_assert_hostname: Any = ..., ssl_assert_fingerprint: Any = ..., ssl_version: Any = ..., ssl_context: Any = ..., ssl_show_warn: Any = ..., transport_class: Any = ..., request_timeout: Any = ..., node_class: Any = ..., node_pool_class: Any = ..., randomize_nodes_in_pool: Any = ..., node_selector_class: Any = ..., dead_node_backoff_factor: Any = ..., max_dead_node_backoff: Any = ..., serializer: Any = None, serializers: Any = ..., default_mimetype: str = "application/json", max_retries: Any = ..., retry_on_status: Any = ..., retry_on_timeout: Any = ..., retry_backoff_base: Any = ..., retry_backoff_cap: Any = ..., sniff_on_start: Any = ..., sniff_before_requests: Any = ..., sniff_on_node_failure: Any = ..., sniff_timeout: Any = ..., min_delay_between_sniffing: Any = ..., sniffed_node_callback: Any = None, meta_header: Any = ..., http_auth: Any = ..., _transport: Any = None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: Any) -> None: ...
    def options(self, *, opaque_id: Any = ..., api_key: Any = ..., basic_auth: Any = ..., bearer_auth: Any = ..., headers: Any = ..., request_timeout: Any = ..., ignore_status: Any = ..., max_retries: Any = ..., retry_on_status: Any = ..., retry_on_timeout: Any = ..., retry_backoff_base: Any = ..., retry_backoff_cap: Any = ...) -> Self: ...
    def close(self) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

class AsyncElasticsearch:
    def __init__(self, hosts: Any = None, *, cloud_id: str | None = None, api_key: Any = None, basic_auth: Any = None, bearer_auth: str | None = None, opaque_id: str | None = None, server_mode: str = "stack", headers: Any = ..., connections_per_node: Any = ..., http_compress: Any = ..., verify_certs: Any = ..., ca_certs: Any = ..., client_cert: Any = ..., client_key: Any = ..., ssl_assert_hostname: Any = ..., ssl_assert_fingerprint: Any = ..., ssl_version: Any = ..., ssl_context: Any = ..., ssl_show_warn: Any = ..., transport_class: Any = ..., request_timeout: Any = ..., node_class: Any = ..., node_pool_class: Any = ..., randomize_nodes_in_pool: Any = ..., node_selector_class: Any = ..., dead_node_backoff_factor: Any = ..., max_dead_node_backoff: Any = ..., serializer: Any = None, serializers: Any = ..., default_mimetype: str = "application/json", max_retries: Any = ..., retry_on_status: Any = ..., retry_on_timeout: Any = ..., retry_backoff_base: Any = ..., retry_backoff_cap: Any = ..., sniff_on_start: Any = ..., sniff_before_requests: Any = ..., sniff_on_node_failure: Any = ..., sniff_timeout: Any = ..., min_delay_between_sniffing: Any = ..., sniffed_node_callback: Any = None, meta_header: Any = ..., http_auth: Any = ..., _transport: Any = None) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *_: Any) -> None: ...
    def options(self, *, opaque_id: Any = ..., api_key: Any = ..., basic_auth: Any = ..., bearer_auth: Any = ..., headers: Any = ..., request_timeout: Any = ..., ignore_status: Any = ..., max_retries: Any = ..., retry_on_status: Any = ..., retry_on_timeout: Any = ..., retry_backoff_base: Any = ..., retry_backoff_cap: Any = ...) -> Self: ...
    async def close(self) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

class ApiError(Exception):
    meta: Any
    body: Any
    message: str
    status_code: int
    error: str
    info: Any

class TransportError(Exception): ...
class ConnectionError(TransportError): ...

class ConnectionTimeout(TransportError): ...
class NotFoundError(ApiError): ...

class ConflictError(ApiError): ...
class BadRequestError(ApiError): ...

class AuthenticationException(ApiError): ...
class AuthorizationException(ApiError): ...

RequestError = BadRequestError

def __getattr__(name: str) -> Any: ...
