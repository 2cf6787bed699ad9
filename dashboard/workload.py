"""What the page of the workload is made of: open work, inflow and outflow, the forecast, the cover of who is away."""

from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from core import absences, bulk, people
from core.absences import Handover
from core.errors import Refused
from core.forecast import Forecast
from core.kinds import STAFF
from core.people import Person
from core.workload import Load
from dashboard import figures as draw
from dashboard import session, words

Key = tuple[int | None, int | None]
#: Business days late or left, and how the bars are called; each opens its cases.
AGES = (("over 20 late", -(10**6), -21), ("6 to 20 late", -20, -6), ("1 to 5 late", -5, -1), ("due today", 0, 0), ("1 to 2 left", 1, 2),
        ("3 to 5 left", 3, 5), ("6 or more left", 6, 10**6))  # fmt: skip


def team_chosen(teams: dict[int, str]) -> int | None:
    """Everybody, or one team, as the address says."""
    known = {str(key): name for key, name in teams.items()}
    said = session.asked("team")
    if said and said not in known:
        st.warning("There is no such team; here is everybody.")
        said = None
    session.keep("workload team", said)
    st.selectbox("Team", list(known), key="workload team", index=None, placeholder="Everybody", width=300,
                 format_func=lambda key: known.get(key, ""), on_change=_say)  # fmt: skip
    return int(said) if said else None


def _say() -> None:
    session.ask(team=session.kept("workload team"))


def open_work(
    loads: dict[Key, Load],
    team_id: int | None,
    names: dict[int, str],
    teams: dict[int, str],
    days: dict[int, date],
    by: Person,
) -> None:
    """By team, and within the chosen one by person."""
    grouped: dict[int | None, Load] = defaultdict(Load)
    for (team, owner), load in loads.items():
        if team_id is None or team == team_id:
            grouped[owner if team_id else team] += load
    if not grouped:
        st.info(f"Nothing is open here. {_elsewhere(team_id)}")
        return
    key, known, nobody = ("owner", names, "Nobody yet") if team_id else ("team", teams, "No team")
    of_team = {"team": str(team_id)} if team_id else {}
    ordered = sorted(grouped, key=lambda each: (-grouped[each].overdue, -grouped[each].open))
    heading = "Person" if team_id else "Team"
    draw.table("open work", [{heading: known.get(each, nobody) if each else nobody} | _row(grouped[each]) for each in ordered],
               [_opens(of_team | _whose(key, each), grouped[each], days) for each in ordered], {heading: st.column_config.TextColumn(width="medium")},
               alt="Open cases by team or person: overdue, due soon, later, without a promise, and the oldest", by=by)  # fmt: skip


def _elsewhere(team_id: int | None) -> str:
    """What to do where there is nothing."""
    return (
        "Clear the team above to see everybody."
        if team_id
        else "What is written down on the page Intake, or imported there, is counted here at once."
    )


def _whose(key: str, each: int | None) -> dict[str, str]:
    if each:
        return {key: str(each)}
    return {"team": "none"} if key == "team" else {"who": "unassigned"}


def _row(load: Load) -> dict[str, Any]:
    return {"Open": f"{load.open:,}", "Overdue": f"{load.overdue:,}", "Due in 2 days": f"{load.due_soon:,}", "Due later": f"{load.later:,}",
            "No promise runs": f"{load.unpromised:,}", "Oldest, received": words.day(load.oldest)}  # fmt: skip


def _opens(whose: dict[str, str], load: Load, days: dict[int, date]) -> dict[str, dict[str, str]]:
    """The list behind each number."""
    listed = {
        "Open": (load.open, {}), "Overdue": (load.overdue, {"outcome": "overdue"}),
        "Due in 2 days": (load.due_soon, {"outcome": "not due", "due_to": days[2].isoformat()}),
        "Due later": (load.later, {"outcome": "not due", "due_from": days[3].isoformat()}),
        "No promise runs": (load.unpromised, {"outcome": "none runs"}),
    }  # fmt: skip
    return {column: {"show": "open"} | filters | whose for column, (number, filters) in listed.items() if number}


def ageing(ages: dict[int, int], team_id: int | None, today: date, days: dict[int, date], by: Person) -> None:
    """Open promises by what is left of them."""
    if not ages:
        st.info(f"No promise is open here, so none can be missed. {_elsewhere(team_id)}")
        return
    heights = [sum(n for left, n in ages.items() if low <= left <= high) for _, low, high in AGES]
    names = [name for name, _, _ in AGES]
    data = [draw.bars("open", names, heights, draw.GREY, names)]
    data[0]["marker"] = {"color": [draw.ORANGE if high < 0 else draw.BLUE for _, _, high in AGES]}
    draw.show("ageing", data, draw.layout(230, xaxis=draw.DAYS, yaxis=draw.BARE), by=by,
              alt="Open promises by business days late or left: " + ", ".join(f"{n:,} {name}" for name, n in zip(names, heights, strict=True)),
              table=[{"Business days": name, "Open promises": n} for name, n in zip(names, heights, strict=True)],
              opens=lambda name: _of_age(name, team_id, days))  # fmt: skip


def _of_age(name: str, team_id: int | None, days: dict[int, date]) -> dict[str, str]:
    """Late ones by how late, the others by their due dates."""
    _, low, high = next(age for age in AGES if age[0] == name)
    of_team = {"team": str(team_id)} if team_id else {}
    if high < 0:
        return {"show": "open", "outcome": "overdue", "late_by": f"{-high}-{'' if low < -1000 else -low}"} | of_team
    until = {"due_to": days[high].isoformat()} if high in days else {}
    return {"show": "open", "outcome": "not due", "due_from": days[low].isoformat()} | until | of_team


def flow(weeks: list[Any], team_id: int | None, by: Person) -> None:
    """What came and what went, week by week."""
    if not weeks:
        st.info(f"Nothing came in or was closed in these weeks. {_elsewhere(team_id)}")
        return
    of_team = {"team": str(team_id)} if team_id else {}
    x = [f"{row.week:%-d %b}" for row in weeks]
    mondays = [row.week.isoformat() for row in weeks]
    data = [draw.bars("came in", x, [row.came for row in weeks], draw.GREY, [f"received {day}" for day in mondays]),
            draw.bars("closed", x, [row.went for row in weeks], draw.BLUE, [f"closed {day}" for day in mondays])]  # fmt: skip
    drawn = draw.layout(260, barmode="group", xaxis=draw.DAYS, yaxis=draw.BARE, showlegend=True,
                        legend={"orientation": "h", "y": 1.2, "x": 0})  # fmt: skip
    came, went = sum(row.came for row in weeks), sum(row.went for row in weeks)
    st.caption(f"{came:,} came in and {went:,} were closed: open work {'grew' if came > went else 'shrank' if went > came else 'stayed the same'}"
               f"{f' by {abs(came - went):,}' if came != went else ''}. Weeks begin on Monday; the last one is not over.")  # fmt: skip
    draw.show("flow", data, drawn, alt=f"Cases received and closed by week: {came:,} came in, {went:,} were closed", by=by,
              table=[{"Week from": words.day(row.week), "Came in": row.came, "Closed": row.went} for row in weeks],
              opens=lambda what: _of_week(what) | of_team)  # fmt: skip


def _of_week(what: str) -> dict[str, str]:
    axis, monday = what.split()
    return {
        "show": "all",
        f"{axis}_from": monday,
        f"{axis}_to": (date.fromisoformat(monday) + timedelta(6)).isoformat(),
    }


def forecast(found: Forecast, team_id: int | None, by: Person) -> None:
    """What falls due today and in the next ten business days, what is usually cleared, and what will be missed."""
    if not found.due:
        st.info(
            "No open promise falls due today or in the next ten business days. What is overdue already is in the queue."
        )
        return
    st.markdown(
        f"**{found.due:,}** open promises fall due today and in the next ten business days; about **{found.expected:,}** of them will be missed if it goes on as in the last {found.learned_from} due dates."
    )
    of_team = {"team": str(team_id)} if team_id else {}
    x = [f"{day.due_on:%a %-d %b}" for day in found.days]
    kept = [day.n - missed for day, missed in zip(found.days, found.missed, strict=True)]
    data = [draw.bars("will be kept", x, kept, draw.BLUE, [day.due_on.isoformat() for day in found.days]),
            draw.bars("will be missed", x, found.missed, draw.ORANGE, [day.due_on.isoformat() for day in found.days])]  # fmt: skip
    for each in data:
        each["textposition"] = "auto"
    drawn = draw.layout(260, xaxis=draw.DAYS, yaxis=draw.BARE, showlegend=True,
                        legend={"orientation": "h", "y": 1.2, "x": 0, "traceorder": "normal"})  # fmt: skip
    if found.usual:
        shape, _ = draw.target(found.usual, "")
        drawn["shapes"] = [shape | {"name": f"usually answered: {found.usual:,} a day", "showlegend": True}]
    draw.show("forecast", data, drawn, by=by, alt=f"Open promises by due date: {found.due:,} fall due, about {found.expected:,} will be missed",
              table=[{"Due": words.day(day.due_on), "Open promises": day.n, "Will be missed, about": missed,
                      "Four in five times between": f"{day.low:,} and {day.high:,}"} for day, missed in zip(found.days, found.missed, strict=True)],
              opens=lambda day: {"show": "open", "outcome": "not due", "due_from": day, "due_to": day} | of_team)  # fmt: skip
    usual = (
        f" On half of the past days {found.usual_low:,} to {found.usual_high:,} answers left."
        if found.usual  # of a median of none there is nothing to tell
        else ""
    )
    st.caption("The numbers of this chart give a range for each day; tried on ten years of real casework, about four in five days fell into it. "
               f"Escalations still to come are not counted.{usual}")  # fmt: skip


# Cover of who is away


def cover(today: date, by: Person) -> None:
    """Marking somebody away, who is, what of theirs is at risk, and handing it over."""
    with session.reading() as conn:
        staff, away = people.everyone(conn), absences.current(conn)
    mine = {str(one.id): one for one in staff if absences.may_mark(by, one) and one.supervises}
    if mine and by.role in STAFF:
        _mark(mine, today, by)
    if not away:
        st.info(
            "Nobody is marked away. Mark somebody to see which of their cases run out meanwhile, and who could have these."
        )
        return
    st.dataframe([{"Away": row.name, "From": words.day(row.from_on), "To": words.day(row.to_on), "Open cases": row.open, "Run out meanwhile": row.at_risk} for row in away],
                 hide_index=True, height="content", alt="Who is away, with open cases and those that run out meanwhile")  # fmt: skip
    if by.role not in STAFF:
        return
    known = {row.id: row for row in away}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Cover for",
            list(known),
            format_func=lambda key: f"{known[key].name}, until {words.day(known[key].to_on)}",
            key="cover for",
            width=360,
        )
        st.button("Back, or not away after all", key="call off", type="tertiary", on_click=_call_off, args=(chosen, by))
    _handovers(chosen, known[chosen].name, by)


def _mark(mine: dict[str, Person], today: date, by: Person) -> None:
    with st.form("away", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.selectbox("Who is away", list(mine), format_func=lambda key: words.person(mine[key]), width=320)
        first = st.date_input("From", today, format="YYYY-MM-DD", width=150)
        last = st.date_input("To", today, format="YYYY-MM-DD", width=150)
        if st.form_submit_button("Mark away"):
            session.one_click(lambda conn: absences.mark(conn, int(who), first, last, by=by), "They are marked away.")
            st.rerun()


def _call_off(absence_id: int, by: Person) -> None:
    session.one_click(lambda conn: absences.call_off(conn, absence_id, by=by), "They are no longer marked away.")


def _handovers(absence_id: int, name: str, by: Person) -> None:
    _account()
    try:
        with session.reading(as_program=True) as conn:  # as for a form: who could have it
            proposed = absences.proposals(conn, absence_id, by)
    except Refused as refusal:
        st.warning(words.plain(refusal))
        return
    if not proposed:
        st.success("Nothing of theirs runs out before they are back.")
        return
    st.dataframe([{"Number": one.request_no, "About": one.title, "Runs out": one.runs_out_on, "Could go to": one.to.name if one.to else "Nobody may have it"} for one in proposed],
                 hide_index=True, height="content", alt="Cases that run out while they are away, and who could have them",
                 column_config={"Runs out": st.column_config.DateColumn(format="ddd D MMM YYYY"), "About": st.column_config.TextColumn(width="large")})  # fmt: skip
    could = [one for one in proposed if one.to]
    if by.supervises and could:
        note = st.text_input("Why", f"Cover while {name} is away.", key="cover note", max_chars=200)
        if st.button(
            f"Hand over {len(could):,} case{'' if len(could) == 1 else 's'}",
            type="primary",
            key="cover go",
            disabled=not note.strip(),
        ):
            _hand_over(could, note, by)


def _hand_over(could: list[Handover], note: str, by: Person) -> None:
    """All who are to have some, one after the other, each by the bulk that the queue has."""
    groups: dict[int, list[int]] = defaultdict(list)
    for one in could:
        groups[one.to.id or 0].append(one.case_id)  # type: ignore[union-attr]
    bar = st.progress(0.0, text="Working")
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    for place, (owner_id, ids) in enumerate(groups.items(), start=1):
        said: dict[str, Any] = {"by": by, "key": session.key_of("cover"), "owner_id": owner_id, "note": note}
        account = session.outside(partial(bulk.act, ids, "assign", **said))
        if account:
            done, refused = done + account.done, refused + account.refused
        bar.progress(place / len(groups), text="Working")
    session.keep("cover account", [done, refused])
    session.forget("key cover", "cover note")
    st.rerun()


def _account() -> None:
    if session.is_kept("cover account"):
        done, refused = session.kept("cover account")
        session.forget("cover account")
        st.success(f"{len(done):,} handed over, {len(refused):,} refused.")
        if refused:
            st.dataframe(
                [{"Case": number, "Why it is refused": why} for number, why in refused],
                hide_index=True,
                alt="Cases that were not handed over, and why",
            )
