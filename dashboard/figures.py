"""Charts: one template, few colours that the colour-blind can tell apart, labels beside what they name, and each a way in.

A figure is a plain dict, as plotly reads it: `px` takes sixty times as long to make one. Text and ground are the theme's,
light or dark; the colours pass on both (3:1 and more).
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.kinds import STAFF
from core.people import Person
from dashboard import rooms, session, words

#: Kept, broken, and what is neither; the second promise has its own. Told apart by lightness too.
BLUE, ORANGE, GREY, VIOLET = "#2e7fb8", "#cc6118", "#7b8794", "#8a63b8"
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
_AXIS = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", "automargin": True}
#: The numbers stand on the bars: no scale beside them.
BARE = {"showticklabels": False, "showgrid": False}
#: Names of days lie flat where there is room, and stand upright on a phone.
DAYS = {"type": "category", "autotickangles": [0, -90]}
#: What all charts share.
TEMPLATE: dict[str, Any] = {
    "margin": {"l": 8, "r": 8, "t": 12, "b": 8}, "showlegend": False, "hovermode": "closest", "dragmode": False, "bargap": 0.25,
    "barmode": "stack", "clickmode": "event+select",
    "xaxis": _AXIS, "yaxis": _AXIS | {"showgrid": True, "gridcolor": "rgba(123,135,148,.25)"},
}  # fmt: skip


def layout(height: int, **changes: Any) -> dict[str, Any]:
    """The template with these changes; those of an axis are added to what it has."""
    made = TEMPLATE | {"height": height}
    for key, value in changes.items():
        made[key] = {**made.get(key, {}), **value} if isinstance(value, dict) else value
    return made


def bars(name: str, x: Sequence[Any], y: Sequence[int], colour: str, opens: Sequence[Any]) -> dict[str, Any]:
    """Bars with their number on top; `opens` says for each what it opens."""
    return {
        "type": "bar", "name": name, "x": list(x), "y": list(y), "marker": {"color": colour}, "customdata": list(opens),
        "text": [_short(number) if number else "" for number in y], "textposition": "outside", "textangle": 0, "textfont": {"size": 11},
        "constraintext": "none", "cliponaxis": False,
        "hovertemplate": "%{y:,}, " + name + "<br>%{x}<extra></extra>", "unselected": {"marker": {"opacity": 1}},
    }  # fmt: skip


def _short(number: int) -> str:
    """As a bar's width has room for it; the table behind the chart has it whole."""
    return f"{number:,}" if number < 10_000 else f"{number / 1000:,.0f}k"


def line(
    name: str, x: Sequence[Any], y: Sequence[float | None], colour: str, opens: Sequence[Any], said: Sequence[str]
) -> dict[str, Any]:
    """A line with a point to click for each month, and its name at its end."""
    return {
        "type": "scatter", "mode": "lines+markers", "name": name, "x": list(x), "y": list(y), "customdata": list(opens),
        "line": {"color": colour, "width": 2.5}, "marker": {"color": colour, "size": 8}, "text": list(said),
        "hovertemplate": "%{text}<extra></extra>", "connectgaps": False, "unselected": {"marker": {"opacity": 1}},
    }  # fmt: skip


def target(at: float, said: str, *, across: str = "y") -> tuple[dict[str, Any], dict[str, Any]]:
    """A dashed line at what was promised, and its label clear of the bars' numbers: (shape, annotation)."""
    along = "x" if across == "y" else "y"
    shape = {"type": "line", f"{across}0": at, f"{across}1": at, f"{along}ref": "paper", f"{along}0": 0, f"{along}1": 1,
             "line": {"color": GREY, "width": 1.5, "dash": "dash"}}  # fmt: skip
    label = {"text": said, across: at, f"{along}ref": "paper", along: 1 if across == "x" else 0, "showarrow": False,
             "xanchor": "left" if across == "y" else "right", "yanchor": "bottom", "yshift": 0 if across == "y" else 8, "font": {"size": 12}}  # fmt: skip
    return shape, label


def label(said: str, x: Any, y: float, colour: str) -> dict[str, Any]:
    """A name beside the end of its line."""
    return {
        "text": said,
        "x": x,
        "y": y,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 8,
        "font": {"color": colour, "size": 13},
    }


def show(
    name: str, data: list[dict[str, Any]], drawn: dict[str, Any], *, alt: str, table: list[dict[str, Any]], by: Person,
    opens: Callable[[Any], dict[str, str]],
) -> None:  # fmt: skip
    """Draws a chart, with its words for who cannot see it and its table behind it; a click on a point opens its cases."""
    chosen: Any = st.plotly_chart({"data": data, "layout": drawn}, key=f"chart {name}", config=CONFIG, alt=alt,
                                  on_select="rerun" if by.role in STAFF else "ignore", selection_mode="points")  # fmt: skip
    with st.expander("The numbers of this chart"):
        st.dataframe(table, hide_index=True, height="content", alt=f"The numbers of the chart: {alt}")
    points = chosen["selection"]["points"] if by.role in STAFF else []
    if points and (what := points[0].get("customdata")):
        session.forget(f"chart {name}")  # or Back would open it again
        st.switch_page(rooms.path("queue"), query_params=opens(what[0] if isinstance(what, list) else what))


def per_cent(share: float | None) -> str:
    """61.0%, or a dash where there is nothing to divide."""
    return "–" if share is None else f"{100 * share:.1f}%"


# Numbers that open what they count


def number(count: int, what: str, filters: dict[str, str], by: Person) -> None:
    """A count that is a link to its cases, for those who may see cases; a count of nothing leads nowhere."""
    if count and by.role in STAFF:
        st.page_link(rooms.path("queue"), label=f"**{count:,}** {what}", query_params=filters)
    else:
        st.markdown(f"**{count:,}** {what}")


def table(
    name: str,
    rows: list[dict[str, Any]],
    opens: list[dict[str, dict[str, str]]],
    columns: dict[str, Any],
    *,
    alt: str,
    by: Person,
) -> None:
    """A table in which the cells that `opens` names open their cases: one dict for each row, filters by column."""
    links = {column for each in opens for column in each} if by.role in STAFF else set()
    key = f"table {name}"
    drawn = {
        column: st.column_config.ButtonColumn(column, type="tertiary", width=90, alignment="right", key=f"{key} {column}",
                                              on_click=_remember, args=(f"{key} {column}", [each.get(column) for each in opens]))
        for column in links
    }  # fmt: skip
    told = {column for column in (rows[0] if rows else ()) if all(_is_number(row[column]) for row in rows)} - {*columns}
    numbers = {column: st.column_config.Column(width=90, alignment="right") for column in told}
    st.dataframe(
        rows,
        key=key,
        column_config=numbers | columns | drawn,
        hide_index=True,
        height="content",
        row_height=36,
        alt=alt,
    )
    if filters := session.kept("go to list"):
        session.forget("go to list")
        st.switch_page(rooms.path("queue"), query_params=filters)


def _is_number(cell: Any) -> bool:
    """A number in words too, 1,234; or "few", which stands for one."""
    return isinstance(cell, int) or (isinstance(cell, str) and (cell == "few" or cell.replace(",", "").isdecimal()))


def _remember(key: str, opens: list[dict[str, str] | None]) -> None:
    """A callback cannot switch pages: it says where to, and the page goes."""
    clicked = session.kept(key)
    if clicked and (filters := opens[clicked["row"]]):
        session.keep("go to list", filters)


def month(day: Any) -> str:
    """Oct 2025."""
    return f"{day:%b %Y}"


def named(value: str, choices: dict[str, str]) -> str:
    """The name of a value, or the value as a phrase."""
    found = choices.get(value, value)
    return words.said(found) if found == value else found
