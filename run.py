#!/usr/bin/env python3
"""One command to run Tautband, one to test it: standard library only, from a bare machine with Python 3.11.

python3 run.py demo         a practice with invented patients, on http://127.0.0.1:8000
python3 run.py test         every test, on SQLite and on PostgreSQL, in Chromium where it is there
python3 run.py setup        a practice of your own and its first manager; then: python3 run.py serve
python3 run.py upgrade      after new code: migrate, load the content, check the guards
python3 run.py worker       one more worker (`serve` has its own); `worker --once` for a single round
python3 run.py issue_token EMAIL
python3 run.py ANYTHING     passed on to manage.py
"""

import argparse
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("TAUTBAND_VENV", ROOT / ".venv"))
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PEOPLE = (
    ("anna@demo.example", "practitioner and manager"),
    ("ben@demo.example", "practitioner"),
    ("dana@demo.example", "front desk"),
    ("olga@demo.example", "auditor"),
    ("zoe@other.example", "practitioner of another practice"),
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEMO_PASSWORD = "needle-demo"
SOURCES = ("practice", "patients", "consent", "treatments", "reports")


def main(arguments: list[str]) -> int:
    what, *rest = arguments or ["demo"]
    if sys.version_info < (3, 11):  # noqa: UP036  said here, before anything else can fail
        sys.exit("Tautband needs Python 3.11 or newer.")
    install("dev" if what in ("test", "mypy", "lint") else "prod")
    command = {"demo": demo, "setup": setup, "serve": serve, "upgrade": upgrade, "test": test}.get(what)
    return command(rest) if command else manage(what, rest)


# ---- the environment -------------------------------------------------------------------------------------------------


def install(lock: str) -> None:
    """Make the environment once; install the locked set when it changed since."""
    path = ROOT / "requirements" / f"{lock}.txt"
    wanted = hashlib.sha256(path.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        say("Making the environment. This happens once and takes a minute.")
        if subprocess.run([sys.executable, "-m", "venv", str(VENV)]).returncode:
            sys.exit("No virtual environment could be made. On Debian: apt-get install python3-venv")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", str(path)]).returncode:
        sys.exit("The packages could not be installed. Read the lines above, then run this again.")
    stamp.write_text(wanted)


def say(line: str) -> None:
    print(line, flush=True)


# ---- the home: database, files and secrets ---------------------------------------------------------------------------


def options(rest: list[str], *, port: bool = False) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="run.py")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("TAUTBAND_HOME", ROOT / ".tautband")))
    if port:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--reset", action="store_true", help="start again with an empty database")
        parser.add_argument("--no-browser", action="store_true")
        return parser.parse_args(rest), []
    return parser.parse_known_args(rest)


def environment(home: Path, *, demo: bool = False) -> dict[str, str]:
    """The variables the product reads; the secret key is made once and kept in the home."""
    home.mkdir(parents=True, exist_ok=True)
    key = home / "secret_key"
    if not key.exists() and not os.environ.get("TAUTBAND_SECRET_KEY"):
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(64))
    variables = {"TAUTBAND_HOME": str(home.resolve()), "DJANGO_SETTINGS_MODULE": "practice.settings"}
    if demo:
        # plain http on the loopback; mail becomes files that can be looked at
        variables |= {"TAUTBAND_SECURE": "0", "TAUTBAND_MAIL_FOLDER": str(home.resolve() / "mail")}
        for name in ("DATABASE_URL", "TAUTBAND_SMTP_HOST"):
            os.environ.pop(name, None)
    return os.environ | variables


def code_version() -> str:
    """Changes with the code: a start with unchanged code need not migrate, load or collect again."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                status = path.stat()
                digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepare(env: dict[str, str]) -> None:
    """Compile, migrate (which writes the guards anew), load the content, collect static files, check the guards.

    Once for each version of the code: a later start does none of it.
    """
    home, version = Path(env["TAUTBAND_HOME"]), code_version()
    stamp = home / "prepared"
    database = env.get("DATABASE_URL") or (home / "tautband.sqlite3").exists()
    if database and stamp.exists() and stamp.read_text() == version:
        return
    # Also where the environment forbids Python to keep what it compiles: a start that compiles anew takes twice as long.
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j", "2", *SOURCES], cwd=ROOT, stdout=subprocess.DEVNULL)
    for step in (["migrate", "--verbosity=0"], ["load_content"], ["collectstatic", "--noinput", "--verbosity=0"],
                 ["check_guards"]):  # fmt: skip
        run_manage(step, env, quiet=True)
    stamp.write_text(version)


def run_manage(arguments: list[str], env: dict[str, str], *, quiet: bool = False) -> None:
    done = subprocess.run([str(PYTHON), str(ROOT / "manage.py"), *arguments], cwd=ROOT, env=env,
                          stdout=subprocess.DEVNULL if quiet else None)  # fmt: skip
    if done.returncode:
        sys.exit(done.returncode)


# ---- the commands ----------------------------------------------------------------------------------------------------


def demo(rest: list[str]) -> int:
    chosen, _ = options(rest, port=True)
    if chosen.reset:
        for name in ("tautband.sqlite3", "tautband.sqlite3-wal", "tautband.sqlite3-shm", "prepared", "seeded"):
            (chosen.home / name).unlink(missing_ok=True)
        shutil.rmtree(chosen.home / "mail", ignore_errors=True)
    env = environment(chosen.home, demo=True)
    env["TAUTBAND_PUBLIC_ADDRESS"] = f"http://{chosen.host}:{chosen.port}"
    prepare(env)
    seeded = chosen.home / "seeded"
    if not seeded.exists():
        say("Writing the demo practice: 60 patients, 300 sessions. About a minute, once.")
        run_manage(["seed_demo"], env, quiet=True)
        seeded.touch()
    address = f"http://{chosen.host}:{chosen.port}"
    say(f"\nTautband: {address}\n")
    for email, role in PEOPLE:
        say(f"  {email:<22} {role}")
    say(f"\n  Password for all: {DEMO_PASSWORD} (invented people, demo only). Stop with Ctrl+C.\n")
    if not chosen.no_browser:
        webbrowser.open(address)
    return start_server(chosen.host, chosen.port, env)


def setup(rest: list[str]) -> int:
    """A practice of your own; the password is asked for, or taken from TAUTBAND_MANAGER_PASSWORD."""
    chosen, more = options(rest)
    env = environment(chosen.home)
    prepare(env)
    run_manage(["setup_practice", *more], env)
    return 0


def serve(rest: list[str]) -> int:
    chosen, _ = options(rest, port=True)
    env = environment(chosen.home)
    if chosen.host in LOOPBACK and not os.environ.get("TAUTBAND_BEHIND_PROXY"):
        env.setdefault("TAUTBAND_SECURE", "0")  # plain http that never leaves this machine
    prepare(env)
    say(f"Tautband: http://{chosen.host}:{chosen.port}")
    return start_server(chosen.host, chosen.port, env)


def upgrade(rest: list[str]) -> int:
    chosen, _ = options(rest)
    env = environment(chosen.home)
    (chosen.home / "prepared").unlink(missing_ok=True)
    prepare(env)
    say("Up to date: migrated, content loaded, every guard stands.")
    return 0


def start_server(host: str, port: int, env: dict[str, str]) -> int:
    """The same server as in production, and a worker beside it that ends with it.

    The server loads the code once and then forks; the worker waits until that is done, so that nobody's first page
    waits for its loading.
    """
    gunicorn = [str(PYTHON), "-m", "gunicorn", "practice.wsgi", "--bind", f"{host}:{port}", "--workers", "2", "--preload",
                "--threads", "4", "--no-control-socket", "--log-level", "warning", "--graceful-timeout", "5"]  # fmt: skip
    worker = [str(PYTHON), str(ROOT / "manage.py"), "worker", "--every", "2", "--with-parent"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    children = [subprocess.Popen(gunicorn, cwd=ROOT, env=env)]
    try:
        if answers(host, port, children[0]):
            children.append(subprocess.Popen(worker, cwd=ROOT, env=env))
        return children[0].wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


def answers(host: str, port: int, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server takes connections; False when it ended instead."""
    while server.poll() is None:
        with suppress(OSError), socket.create_connection((host, port), timeout=5):
            return True
        time.sleep(0.05)
    return False


def manage(what: str, rest: list[str]) -> int:
    chosen, more = options(rest)
    env = environment(chosen.home)
    env.setdefault("TAUTBAND_SECURE", "0")
    return subprocess.call([str(PYTHON), str(ROOT / "manage.py"), what, *more], cwd=ROOT, env=env)


def test(rest: list[str]) -> int:
    """Everything on SQLite, then on PostgreSQL what is not the browser's; says loudly what could not be run."""
    env = os.environ | {
        "TAUTBAND_SECRET_KEY": "only-for-tests",
        "TAUTBAND_SECURE": "0",
        "TAUTBAND_FIND_N_PLUS_ONE": "1",
    }
    env.pop("DATABASE_URL", None)
    there = {"PostgreSQL": bool(postgresql_folder()), "Chromium": bool(shutil.which("chromium"))}
    for name, found in there.items():
        if not found and os.environ.get("CI") == "true":
            sys.exit(f"{name} is required here and is not installed.")
    python = [str(PYTHON), "-m"]
    browser = [] if there["Chromium"] else ["-m", "not browser"]
    failed = subprocess.call([*python, "pytest", "-n", "2", *browser, *rest], cwd=ROOT, env=env)
    if there["PostgreSQL"]:
        say("\nThe same on PostgreSQL, without the browser tests.")
        again = subprocess.call([*python, "tests.postgres", "-n", "2", "-m", "not browser", *rest], cwd=ROOT, env=env)
        failed = failed or again
    for name, found in there.items():
        if not found:
            say(f"\n*** NOT RUN: everything that needs {name}, because it is not installed. ***")
    return failed


def postgresql_folder() -> Path | None:
    """Where the server's binaries are, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parent.parent.name, reverse=True)
    if found:
        return found[0].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
