"""The routes without the server's processes: each job is done where it is asked for."""

import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from offlabel.api import Graph
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.web.asking import Content
from offlabel.web.problems import MEDIA_TYPE
from offlabel.web.problems import response as problem
from offlabel.web.refusals import HANDLERS


class InProcess:
    """What routes need of a server, on one graph in this process."""

    public_url = ""

    def __init__(self, roots: Roots, store: Store, modules: Sequence[ModuleType]) -> None:
        self.roots = roots
        self.graph = Graph(roots)
        self.graph.__dict__["store"] = store
        self.jobs = {name: job for module in modules for name, job in module.JOBS.items()}

    def etag(self, *parts: str) -> str:
        """Return a mark."""
        return f'W/"{hash(parts)}"'

    async def run(self, kind: str, arguments: dict[str, Any]) -> Content:
        """Do a job."""
        content: Content = self.jobs[kind](self.graph, arguments)
        return content

    async def send_on(
        self, request: Request, kind: str, arguments: dict[str, Any], headers: Mapping[str, str]
    ) -> Response:
        """Do a job whose answer is large."""
        media, content = self.jobs[kind](self.graph, arguments)
        if media == MEDIA_TYPE:
            return problem(json.loads(content))
        whole = content if isinstance(content, bytes) else b"".join(content)
        return Response(whole, 200, dict(headers), media)


def application(roots: Roots, store: Store, modules: Sequence[ModuleType]) -> Starlette:
    """Return an application with the routes of modules."""
    state = InProcess(roots, store, modules)
    routes = [route for module in modules for route in module.routes(state)]
    return Starlette(routes=routes, exception_handlers=HANDLERS)


def client(app: Starlette) -> TestClient:
    """Return a client that follows no redirection and lets no error of ours out."""
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
