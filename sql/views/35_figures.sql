-- What the log of figures holds, summed as the figures are: reading adds it to them, folding moves it into them.
create or replace view unfolded_ended as
with months as (
    select kind, team_id, category, channel, supervisor_id, ground, decision,
           cast(date_trunc('month', due_on) as date) as due, cast(date_trunc('month', received_on) as date) as received,
           cast(date_trunc('month', answered_on) as date) as answered,
           sum(n) filter (where answered_on <= due_on) as on_time,
           sum(n) filter (where answered_on > due_on) as late,
           sum(n) filter (where answered_on = due_on) as last_day,
           sum(n) filter (where answered_on > due_on and informed) as informed,
           sum(n) filter (where answered_on is null) as unanswered
    from figures_log
    where due_on is not null and (answered_on is not null or closed_on is not null)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), days as (
    select kind, team_id, category, channel, supervisor_id, cast(null as text) as ground, cast(null as text) as decision, due_on as due,
           sum(n) filter (where answered_on <= due_on) as on_time,
           sum(n) filter (where answered_on > due_on) as late,
           sum(n) filter (where answered_on = due_on) as last_day,
           sum(n) filter (where answered_on > due_on and informed) as informed,
           sum(n) filter (where answered_on is null) as unanswered
    from figures_log
    where due_on is not null and (answered_on is not null or closed_on is not null)
    group by 1, 2, 3, 4, 5, 8
), placed as (
    select 'month' as grain, place.axis, place.starts_on, kind, team_id, category, channel, supervisor_id, ground, decision,
           on_time, late, last_day, informed, unanswered
    from months, lateral (values ('due', due), ('received', received), ('answered', answered)) as place (axis, starts_on)
    where place.starts_on is not null
    union all
    select 'day', 'due', due, kind, team_id, category, channel, supervisor_id, ground, decision,
           on_time, late, last_day, informed, unanswered
    from days
)
select axis, grain, by.dim, starts_on, by.value, kind,
       coalesce(sum(on_time), 0)::int as on_time, coalesce(sum(late), 0)::int as late, coalesce(sum(last_day), 0)::int as last_day,
       coalesce(sum(informed), 0)::int as informed, coalesce(sum(unanswered), 0)::int as unanswered
from placed, lateral (values
    ('all', ''), ('team', coalesce(team_id::text, '')), ('category', coalesce(category, '')), ('channel', channel),
    ('supervisor', coalesce(supervisor_id::text, '')), ('ground', ground), ('decision', decision)) as by (dim, value)
where by.value is not null
group by axis, grain, by.dim, starts_on, by.value, kind
having sum(on_time) <> 0 or sum(late) <> 0 or sum(last_day) <> 0 or sum(informed) <> 0 or sum(unanswered) <> 0;
comment on view unfolded_ended is 'What the log adds to figures_ended.';

create or replace view unfolded_open as
with summed as (
    select kind, team_id, category, channel, supervisor_id, ground, decision, due_on, cast(date_trunc('month', received_on) as date) as received,
           sum(n) as n, coalesce(sum(n) filter (where informed), 0) as informed
    from figures_log
    where due_on is not null and answered_on is null and closed_on is null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
)
select by.dim, due_on, received as received_month, by.value, kind, sum(n)::int as n, sum(informed)::int as informed
from summed, lateral (values
    ('all', ''), ('team', coalesce(team_id::text, '')), ('category', coalesce(category, '')), ('channel', channel),
    ('supervisor', coalesce(supervisor_id::text, '')), ('ground', ground), ('decision', decision)) as by (dim, value)
where by.value is not null
group by by.dim, due_on, received, by.value, kind
having sum(n) <> 0 or sum(informed) <> 0;
comment on view unfolded_open is 'What the log adds to figures_open.';

create or replace view unfolded_taken as
with summed as (
    select kind, days_taken, days_late, due_on, sum(n) as n
    from figures_log
    where days_taken is not null and days_late is not null and due_on is not null
    group by 1, 2, 3, 4
)
select place.grain, place.starts_on, kind, days_taken, days_late, sum(n)::int as n
from summed, lateral (values ('day', due_on), ('month', cast(date_trunc('month', due_on) as date))) as place (grain, starts_on)
group by place.grain, place.starts_on, kind, days_taken, days_late
having sum(n) <> 0;
comment on view unfolded_taken is 'What the log adds to figures_taken.';

create or replace view unfolded_flow as
select place.day, kind, coalesce(team_id, 0) as team_id, sum(place.came)::int as came, sum(place.went)::int as went
from figures_log, lateral (values (received_on, n, 0), (closed_on, 0, n)) as place (day, came, went)
where place.day is not null
group by place.day, kind, coalesce(team_id, 0)
having sum(place.came) <> 0 or sum(place.went) <> 0;
comment on view unfolded_flow is 'What the log adds to figures_flow.';

-- The figures as they are at this moment: sums, and what is not in them yet.
create or replace view figures_ended_now as
select axis, grain, dim, starts_on, value, kind, on_time, late, last_day, informed, unanswered from figures_ended
union all
select axis, grain, dim, starts_on, value, kind, on_time, late, last_day, informed, unanswered from unfolded_ended;
comment on view figures_ended_now is 'Promises that ended; several rows for one cell add up.';
create or replace view figures_open_now as
select dim, due_on, received_month, value, kind, n, informed from figures_open
union all
select dim, due_on, received_month, value, kind, n, informed from unfolded_open;
comment on view figures_open_now is 'Open promises; several rows for one cell add up.';
create or replace view figures_taken_now as
select grain, starts_on, kind, days_taken, days_late, n from figures_taken
union all
select grain, starts_on, kind, days_taken, days_late, n from unfolded_taken;
comment on view figures_taken_now is 'How long answers took; several rows for one cell add up.';
create or replace view figures_flow_now as
select day, kind, team_id, came, went from figures_flow
union all
select day, kind, team_id, came, went from unfolded_flow;
comment on view figures_flow_now is 'What came and went; several rows for one cell add up.';

grant select on unfolded_ended, unfolded_open, unfolded_taken, unfolded_flow,
    figures_ended_now, figures_open_now, figures_taken_now, figures_flow_now to dashboard_app, dashboard_system;
