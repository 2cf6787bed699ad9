"""The day strip as people see it."""

from datetime import date

from core.business_days import StripDay
from dashboard.day_strip import as_html

MON, TUE, SAT, WED = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 14), date(2026, 11, 18)


def test_each_day_has_its_date_and_its_number_or_its_reason():
    html = as_html([StripDay(SAT, False, None, "received"), StripDay(MON, True, 1, None), StripDay(TUE, True, 2, None)])
    assert html.count("<li") == 3
    assert "Sat 14 Nov<br>received" in html
    assert "Mon 16 Nov<br><b>1</b>" in html
    assert '<li class="due">Tue 17 Nov<br><b>2</b> due' in html


def test_the_name_of_a_closure_is_shown_as_it_was_written():
    html = as_html([StripDay(MON, False, None, '<img src=x onerror="1"> (City closure)'), StripDay(WED, True, 1, None)])
    assert "<img" not in html and "&lt;img src=x onerror=&quot;1&quot;&gt; (City closure)" in html
