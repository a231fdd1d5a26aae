"""Runs the tests on a throw-away PostgreSQL: python -m tests.postgres [arguments of pytest].

As root the server runs as `postgres` (or `nobody`), which PostgreSQL insists on. It listens on a socket in a temporary
folder only, and the kernel stops it when this process dies, even by kill -9.
"""

import ctypes
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Safe for throw-away data only: nothing is forced to the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")
PARENT_DEATH_SIGNAL = 1
INTERRUPT, STOP_AT_ONCE = 2, 3
_libc = ctypes.CDLL(None)  # loaded before the user changes: a per-user Python may be unreadable afterwards


def binaries() -> Path | None:
    """The folder with initdb and postgres: as named, as Debian keeps them (newest), or on the path."""
    if named := os.environ.get("PG_BINDIR"):
        return Path(named)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parent.parent.name))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def cluster(settings: tuple[str, ...] = FAST) -> Iterator[str]:
    """The address of a fresh server, gone with everything in it afterwards."""
    folder = binaries()
    if folder is None:
        raise RuntimeError("PostgreSQL is not installed.")
    base = Path(tempfile.mkdtemp(prefix="pgt-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
    person = _unprivileged(base)
    data = base / "data"
    subprocess.run(
        [folder / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd=base, **person,
    )  # fmt: skip
    options = ["listen_addresses=", f"unix_socket_directories={base}", *settings]
    server = subprocess.Popen(
        [folder / "postgres", "-D", data, *[part for option in options for part in ("-c", option)]],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=base,
        preexec_fn=lambda: _libc.prctl(PARENT_DEATH_SIGNAL, INTERRUPT), **person,
    )  # fmt: skip
    try:
        _wait_for(folder, base, server)
        yield f"postgresql://test@/postgres?host={base}"
    finally:
        server.send_signal(STOP_AT_ONCE)
        server.wait(20)
        shutil.rmtree(base, ignore_errors=True)


def _unprivileged(base: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(base, person.pw_uid, person.pw_gid)
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    return {}


def _wait_for(folder: Path, base: Path, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if subprocess.run([folder / "pg_isready", "-q", "-h", base]).returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL did not start.")


def main(arguments: list[str]) -> int:
    with cluster() as address:
        env = os.environ | {"DATABASE_URL": address}
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], env=env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
