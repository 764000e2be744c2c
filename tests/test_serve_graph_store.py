"""The W3C cases of the Graph Store HTTP Protocol, on a server that may be written."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from rdflib import Graph
from rdflib.compare import isomorphic

from webserver import TOKEN, Server, serving

SUITE = yaml.safe_load((Path(__file__).parent / "web" / "graph-store.yaml").read_text("utf-8"))
PREFIXES = """@prefix f: <http://xmlns.com/foaf/0.1/> .
@prefix v: <http://www.w3.org/2006/vcard/ns#> .
"""
GRAPHS = {"one": "http://example.org/graphs/one", "two": "http://example.org/graphs/two"}


def turtle(*names: str) -> str:
    """Return texts of the suite as one Turtle document."""
    return PREFIXES + "".join(SUITE["texts"][name] + "\n" for name in names)


class Run:
    """A run through the suite; it remembers where new graphs came to be."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.places: dict[str, str] = {}

    def send(self, case: dict[str, Any]) -> None:
        """Send one request, and check what comes back."""
        path = "/graph"
        if "graph" in case:
            path += "?" + urlencode({"graph": case["graph"].format(**GRAPHS)})
        elif case.get("default"):
            path += "?default"
        path = self.places.get(case.get("location", ""), path)
        headers = {"Accept": "text/turtle", "Authorization": f"Bearer {TOKEN}"}
        body = None
        if case["method"] in ("PUT", "POST"):
            body = (turtle(case["text"]) if case["text"] else "").encode()
            headers["Content-Type"] = case.get("type", "text/turtle; charset=utf-8")
        got = self.server.send(case["method"], path, body, headers)

        assert case["status"] == got.status, got.text
        if case["status"] == 201:
            assert got.headers["location"].startswith("/graph?graph=")
            self.places[case.get("location", case["name"])] = got.headers["location"]
        if "holds" in case:
            expected = Graph().parse(data=turtle(*case["holds"]), format="turtle")

            assert isomorphic(expected, Graph().parse(data=got.text, format="turtle"))


def test_the_suite(tmp_path: Path) -> None:
    """Each case gives the status of the suite, and a GET what was written."""
    with serving(tmp_path, "--writable", cache=tmp_path) as server:
        run = Run(server)
        for case in SUITE["cases"]:
            run.send(case)
        form = {
            "Content-Type": "multipart/form-data; boundary=x",
            "Authorization": f"Bearer {TOKEN}",
        }
        refused = server.send("POST", "/graph?default", b"--x--", form)

        assert 415 == refused.status
        assert "text/turtle" in refused.text


def test_each_entry_is_run_or_excepted() -> None:
    """The names are those of the manifest, each once: 19 entries."""
    names = [c["name"] for c in SUITE["cases"] if re.fullmatch(r"[a-z_]+", c["name"])]
    entries = [*names, *SUITE["exceptions"]]

    assert 19 == len(entries) == len(set(entries))
