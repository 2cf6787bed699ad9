"""Today: what waits, the worst first, and what was overdue already when it was imported by a tile of its own."""

from core import db
from tests.builders import PRIYA, received, taken
from tests.serving import Opened
from tests.test_import import bring

OLD = "OLD,2019-03-01,,Noise,,416-555-0123,,\n"


def test_what_was_imported_overdue_is_counted_by_a_tile_and_leads_no_list(open_page: Opened) -> None:
    with db.begin() as conn:
        bring(conn, OLD)
        live = received(conn)
    page = open_page("today")
    assert [tile.value for tile in page.metric if tile.label == "Imported overdue"] == ["1"]
    assert [row.value["no"].tolist() for row in page.dataframe] == [[live.request_no]]
    assert "not in this list" in "\n".join(said.value for said in page.caption)


def test_where_nothing_else_waits_it_says_so(open_page: Opened) -> None:
    with db.begin() as conn:
        bring(conn, OLD)
    assert "Every other open case has somebody." in [said.value for said in open_page("today").info]


def test_without_imports_there_is_no_such_tile_and_no_such_filter(open_page: Opened) -> None:
    with db.begin() as conn:
        received(conn)
    assert "Imported overdue" not in [tile.label for tile in open_page("today").metric]
    assert "Imported overdue" not in [choice.label for choice in open_page("queue").segmented_control]


def test_the_queue_leaves_it_out_or_shows_it_alone_in_one_click(open_page: Opened) -> None:
    with db.begin() as conn:
        bring(conn, OLD)
        live = received(conn)
    page = open_page("queue")
    chosen = next(one for one in page.segmented_control if one.label == "Imported overdue")
    assert page.dataframe[0].value["no"].tolist() == ["OLD", live.request_no]
    assert chosen.select("without").run().dataframe[0].value["no"].tolist() == [live.request_no]
    assert page.query_params["backlog"] == "without"


def test_who_has_a_case_is_told_where_it_differs(open_page: Opened) -> None:
    with db.begin() as conn:
        taken(conn)
        taken(conn, PRIYA)
        received(conn)
    mine, nobodys = open_page("today").dataframe
    (everybodys,) = open_page("queue").dataframe
    assert [("owner" in table.proto.column_order) for table in (mine, nobodys, everybodys)] == [False, False, True]
