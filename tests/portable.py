"""Try the package where this environment is not: on other Pythons, and for other systems.

Usage: make portable
Each other Python that is found gets the wheel and all extras, and answers a few commands. For other
systems only wheels are looked for, by an index of packages. It ends with 1 where something failed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSIONS = tuple(
    name.rpartition(" ")[2] for name in PROJECT["classifiers"] if "Python :: 3." in name
)
EXTRAS = tuple(name for name in PROJECT["optional-dependencies"] if name != "dev")
SYSTEMS = {
    "Linux x86_64": "x86_64-manylinux_2_28",
    "Linux aarch64": "aarch64-manylinux_2_28",
    "macOS arm64": "aarch64-apple-darwin",
    "Windows x86_64": "x86_64-pc-windows-msvc",
}
# What has no wheel for any system, and why pip can build it on each.
FROM_SOURCE = {"owlready2": "all of it is Python"}
COMMANDS = (
    ("validate",),
    ("dossier", "naltrexone"),
    ("ask", "study/response-rates", "-p", "drug=naltrexone"),
    ("export", "turtle", "-o", "graph.ttl"),
)


def main() -> int:
    """Try everything, say how each went, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        failures = [*tried_pythons(Path(folder)), *missing_wheels(Path(folder))]
    say("", *failures, f"{len(failures)} failed." if failures else "All that was tried works.")
    return 1 if failures else 0


def tried_pythons(folder: Path) -> Iterator[str]:
    """Try each other Python that is found; yield what failed."""
    for version in VERSIONS:
        if version == "{}.{}".format(*sys.version_info):
            say(f"Python {version}: this one; the test suite runs on it")
        elif python := find_python(version):
            say(f"Python {version}: {python}", end=" ... ")
            failure = failure_on(python, folder / version)
            say(failure or "installs and answers")
            if failure:
                yield f"Python {version}: {failure}"
        else:
            say(f"Python {version}: none was found, so it was not tried")


def find_python(version: str) -> Path | None:
    """Return a Python of this version that runs: on the path, or of pyenv."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = [Path(found)] if (found := shutil.which(name)) else []
    known = [*on_path, *sorted(pyenv.glob(f"{version}.*/bin/{name}"))]
    return next((path for path in known if run([path, "-c", ""]).returncode == 0), None)


def failure_on(python: Path, folder: Path) -> str | None:
    """Install with all extras on a Python and run commands; return what failed, or None."""
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    (folder / "empty").mkdir(parents=True)
    install = ("install", "--quiet", "--constraint", str(ROOT / "constraints.txt"))
    for command in (
        [python, "-m", "venv", folder / "env"],
        [programs / "python", "-m", "pip", *install, f"{ROOT}[{','.join(EXTRAS)}]"],
        *([programs / "offlabel", *words] for words in COMMANDS),
    ):
        done = run(command, folder / "empty", OFFLABEL_CACHE=str(folder / "cache"))
        if done.returncode:
            words = " ".join(map(str, command))
            return f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return None


def missing_wheels(folder: Path) -> Iterator[str]:
    """Resolve what is needed for each system and Python; yield what has no wheel there."""
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    command = [shutil.which("uv", path=Path(sys.executable).parent) or "uv", "pip", "compile",
               ROOT / "pyproject.toml", *extras, "--constraint", ROOT / "constraints.txt",
               "--quiet", "--format", "pylock.toml"]  # fmt: skip
    for (name, system), version in product(SYSTEMS.items(), VERSIONS):
        place = f"{name}, Python {version}"
        done = run([*command, "--python-platform", system, "--python-version", version], folder)
        if done.returncode:
            yield f"{place}: {done.stderr}"
            continue
        packages = tomllib.loads(done.stdout)["packages"]
        without = {each["name"] for each in packages if not each.get("wheels")}
        told = [
            f"{each} from source ({FROM_SOURCE[each]})" for each in FROM_SOURCE if each in without
        ]
        say("; ".join((f"{place}: {len(packages) - len(without)} wheels", *told)))
        for each in sorted(without - set(FROM_SOURCE)):
            yield f"{place}: {each} has no wheel"


def run(
    command: Sequence[object], folder: Path = ROOT, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder, with nothing of this Python's environment."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=plain | environment,
        capture_output=True,
        text=True,
    )


def say(*lines: str, end: str = "\n") -> None:
    """Print lines at once."""
    print(*lines, sep="\n", end=end, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
