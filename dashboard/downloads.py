"""Files to take along: a list or the figures of a page as CSV or XLSX. Made, and logged, only when somebody takes them."""

from collections.abc import Callable, Mapping

import streamlit as st
from sqlalchemy import Connection

from core import tables
from core.people import Person
from core.tables import CSV, XLSX, Rows
from dashboard import session


def of_list(filters: dict[str, str], by: Person) -> None:
    """The list that is shown, whole."""
    with st.popover("Download", icon=":material/download:"):
        st.caption(f"Up to {tables.MOST:,} cases. Cases about a person are logged with your name.")
        for label, name, kind in (("CSV", "list.csv", CSV), ("Excel", "list.xlsx", XLSX)):
            st.download_button(
                label,
                data=session.to_take(_made, kind, filters, by),
                file_name=name,
                mime=kind,
                on_click="ignore",
                key=f"download {name}",
            )


def _made(kind: str, filters: dict[str, str], by: Person) -> bytes:
    with session.reading(by=by) as conn:
        rows = tables.cases(conn, filters, by)
    return tables.as_csv(rows) if kind == CSV else tables.as_xlsx({"Cases": rows})


def of_figures(name: str, read: Callable[[Connection], Mapping[str, Rows]]) -> None:
    """The numbers of a page: a workbook with a sheet for each, or the first as CSV."""

    def make(kind: str) -> bytes:
        with session.reading(of_one_moment=True) as conn:
            sheets = read(conn)
        return (
            tables.as_xlsx(sheets) if kind == XLSX else tables.as_csv([row for rows in sheets.values() for row in rows])
        )

    with st.popover("Download", icon=":material/download:"):
        for label, ending, kind in (("Excel, a sheet for each table", "xlsx", XLSX), ("CSV, in one list", "csv", CSV)):
            st.download_button(
                label,
                data=session.to_take(make, kind),
                file_name=f"{name}.{ending}",
                mime=kind,
                on_click="ignore",
                key=f"download {name} {ending}",
            )
