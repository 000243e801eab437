from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from l4e_widgets.core.reading.lines import read_block
from tests.naive.lines import naive_lines


@given(lines=st.lists(st.text(alphabet='a1.,;" \r', max_size=12), max_size=12), delimiter=st.sampled_from(",;"))
def test_every_line_is_a_row_or_told(lines, delimiter):
    text = "".join(f"{line}\n" for line in lines)
    block = read_block(text.encode(), delimiter=delimiter, width=3, first_line=10)
    loose = text.replace(f'{delimiter} "', f'{delimiter}"').replace(f'" {delimiter}', f'"{delimiter}')
    measured = naive_lines(_tight(loose, delimiter), delimiter)
    expected = [10 + place for place, (cells, is_open) in enumerate(measured) if cells == 3 and not is_open]
    assert block.rows.tolist() == expected
    assert block.cells.shape == (len(expected), 3)
    blank = {10 + place for place, line in enumerate(text.split("\n")[:-1]) if not line.strip()}
    told = {line for _, line, _ in block.bad}
    assert told | set(expected) | blank == set(range(10, 10 + len(lines)))
    assert not told & set(expected)


def _tight(text, delimiter):
    """Spaces between a delimiter and a quote do not belong to a cell, however many there are."""
    while True:
        shorter = text.replace(f'{delimiter} "', f'{delimiter}"').replace(f'" {delimiter}', f'"{delimiter}')
        if shorter == text:
            return text
        text = shorter


def test_cells_keep_their_text_and_lines_their_number():
    data = b'1,"a,b",3\n1,2\n\n "x""y" ,5,\n'
    block = read_block(data, delimiter=",", width=3, first_line=1)
    assert block.rows.tolist() == [1, 4]
    assert block.cells.row(0) == ("1", "a,b", "3")
    assert block.cells.row(1)[1:] == ("5", None)
    assert block.bad == (("wrong_width", 2, "1,2"),)


def test_an_open_quote_takes_no_other_line_with_it():
    block = read_block(b'1,"2\n3,4\n5,6"\n7,8\n', delimiter=",", width=2, first_line=1)
    assert block.rows.tolist() == [2, 4]
    assert [(reason, line) for reason, line, _ in block.bad] == [("open_quote", 1), ("open_quote", 3)]
