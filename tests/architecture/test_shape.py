"""Tests of the code's own shape; cheaper than arguing in review."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from practice.guards import is_history
from practice.models import AppendOnly

STACK = ["practice", "patients", "consent", "treatments", "reports"]
ROOT = Path(settings.BASE_DIR)
SOURCES = [p for app in STACK for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts]
OURS = [model for app in STACK for model in apps.get_app_config(app).get_models()]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_foreign_keys_point_down_the_stack():
    upward = [
        str(field)
        for model in OURS
        for field in model._meta.get_fields()
        if field.concrete and field.related_model and field.related_model._meta.app_label in STACK
        if STACK.index(field.related_model._meta.app_label) > STACK.index(model._meta.app_label)
    ]

    assert upward == []


WRITES = {"save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Who else may write, and why.
DOORS = {
    "practice/history.py": "the one door",
    "patients/search_index.py": "under which words a patient is found: derived, rebuilt at will, no record",
    "practice/idempotency.py": "answers kept for 48 h, no clinical rows",
    "reports/verifying.py": "a PDF is written anew behind its password; no rows",
    "practice/working.py": "when a worker was last at work: one row, overwritten",
    "reports/binding.py": "a bound PDF is saved into a temporary file; no rows",
    "practice/pdf_reading.py": "a picture is saved as PNG into memory; no rows",
    "practice/foreign_page.py": "a picture is saved as JPEG to its output; no rows",
    "reports/archive.py": "a digest is fed with update(); no rows",
    "reports/demo/attachments.py": "the canvas of reportlab is closed with save(); no rows",
    "reports/drawing/sheet.py": "the canvas of reportlab is closed with save(); no rows",
}


@pytest.mark.parametrize("path", [p for p in SOURCES if name(p) not in DOORS], ids=name)
def test_no_write_slips_past_the_history(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]

    assert [f"line {c.lineno}" for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr in WRITES] == []


def is_surface(path: Path) -> bool:
    return bool({"views", "api", "views.py", "api.py"} & set(path.parts))


@pytest.mark.parametrize("path", [p for p in SOURCES if is_surface(p)], ids=name)
def test_surfaces_read_only_what_the_user_may_see(path):
    """`visible_to`, `of_patient` (of a patient that was itself reached so), or an empty queryset for the schema."""
    reached = [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects"
        if node.attr not in {"visible_to", "of_patient", "none"}
    ]

    assert reached == []


def test_every_model_with_a_patient_keeps_its_history_or_is_append_only():
    from patients.models import Patient

    forgetful = [
        model.__name__
        for model in OURS
        if not is_history(model)
        and Patient in {f.related_model for f in model._meta.get_fields() if f.concrete and f.related_model}
        and not (hasattr(model, "history") or issubclass(model, AppendOnly))
    ]

    assert forgetful == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_and_functions_stay_short(path):
    """Files under 400 lines (a little more is looked at twice), functions under 50."""
    text = path.read_text()
    long = [
        f"{node.name}: {node.end_lineno - node.lineno}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno > 50
    ]

    assert long == []
    assert len(text.splitlines()) <= 450


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


# Written in two halves so that this file does not find itself.
FORBIDDEN = re.compile("|".join(["index" + "-url", "/" + "simple/", r"(?<![\w.])/(home|root|work)" + "/"]))


def test_no_index_address_and_no_path_of_a_machine_is_committed():
    texts = [
        p for p in tracked() if p.suffix in {".py", ".md", ".txt", ".toml", ".yml", ".yaml", ".sh", ".html", ".js"}
    ]

    assert [name(p) for p in texts if FORBIDDEN.search(p.read_text(errors="ignore"))] == []


def test_decision_records_have_numbers_of_their_own_and_are_short():
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [r.name[:4] for r in records]

    assert numbers == [f"{i:04d}" for i in range(1, len(records) + 1)]
    assert {r.name: len(r.read_text().splitlines()) for r in records if len(r.read_text().splitlines()) > 40} == {}


def test_every_run_time_dependency_says_why():
    text = (ROOT / "pyproject.toml").read_text()
    wanted = tomllib.loads(text)["project"]["dependencies"]
    explained = [line for line in text.splitlines() if line.strip().startswith('"') and "#" in line]

    assert len([w for w in wanted if any(f'"{w}"' in line for line in explained)]) >= len(wanted) - 1


MODULES_THAT_SAY_NOTHING = {"utils", "helpers", "services", "common", "constants", "enums", "misc"}


def test_no_module_has_a_name_that_says_nothing():
    assert [name(p) for p in SOURCES if p.stem in MODULES_THAT_SAY_NOTHING] == []
