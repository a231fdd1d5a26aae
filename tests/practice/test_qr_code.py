"""The code on the screen is the link: read back from the drawing, module by module."""

import re

import pytest
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from practice.qr_code import as_svg

LINK = "https://record.example.org/register/" + "aB3-" * 11


def modules_of(svg: str) -> list[list[bool]]:
    size = int(re.search(r'viewBox="0 0 (\d+) \d+"', svg)[1])
    grid = [[False] * size for _ in range(size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        for column in range(int(x), int(x) + int(length)):
            grid[int(y)][column] = True
    return grid


@pytest.mark.parametrize("text", [LINK, "http://127.0.0.1:8000/register/x", "é"])
def test_the_drawing_is_the_code(text: str):
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)

    assert modules_of(as_svg(text, label="Code")) == code.get_matrix()


def test_it_has_a_name_a_quiet_edge_and_no_script_or_style():
    svg = as_svg(LINK, label='<The "link">')
    grid = modules_of(svg)

    assert 'role="img" aria-label="&lt;The &quot;link&quot;&gt;"' in svg
    assert not any(any(row) for row in grid[:4])
    assert not re.search("style|script", svg)
    assert len(svg) < 12_000
