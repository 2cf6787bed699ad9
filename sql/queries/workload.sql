-- name: open_work
-- Open cases by team and by who has them: how old, how late.
with clock as (
    select today.business_day_no + (not today.is_business_day)::int as no from calendar as today where today.day = today()
)
select cases.team_id, cases.owner_id, staff.name as owner, staff.active, count(*)::int as open,
       count(*) filter (where due.business_day_no < clock.no)::int as overdue,
       count(*) filter (where due.business_day_no - clock.no between 0 and 2)::int as due_soon,
       count(*) filter (where due.business_day_no - clock.no > 2)::int as later,
       count(*) filter (where due.day is null)::int as unpromised,
       min(cases.received_on) as oldest
from cases
cross join clock
left join calendar as due on due.day = cases.due_on and cases.responded_on is null
left join staff on staff.id = cases.owner_id
where cases.closed_at is null
group by cases.team_id, cases.owner_id, staff.name, staff.active

-- name: ageing
-- Open promises by the business days they are late, or have left.
with clock as (
    select today.business_day_no + (not today.is_business_day)::int as no from calendar as today where today.day = today()
)
select due.business_day_no - clock.no as days_left, sum(n)::int as n
from figures_open_now
join calendar as due on due.day = due_on
cross join clock
where dim = :dim and value = :value
group by 1
having sum(n) <> 0
order by 1

-- name: weeks
-- What came in and what was closed, week by week from Monday on.
select cast(date_trunc('week', day) as date) as week, sum(came)::int as came, sum(went)::int as went
from figures_flow_now
where day >= date_trunc('week', cast(:since as date)) and day <= today() and (cast(:team_id as bigint) is null or team_id = :team_id)
group by 1
order by 1

-- name: falls_due
-- Open promises due on each of the next business days.
select calendar.day as due_on, calendar.business_day_no - now.no as h,
       coalesce(sum(open.n), 0)::int as n
from calendar
cross join (
    select business_day_no as no from calendar where day = today()
) as now
left join figures_open_now as open on open.due_on = calendar.day and open.dim = :dim and open.value = :value
where calendar.is_business_day and calendar.business_day_no - now.no between case when :with_today then 0 else 1 end and cast(:days as int)
  and calendar.day >= today()
group by calendar.day, calendar.business_day_no, now.no
order by calendar.day

-- name: clears
-- How many answers left on each of the last business days, days without any included.
select calendar.day, count(cases.id)::int as n
from calendar
left join cases on cases.responded_on = calendar.day and cases.due_on is not null
    and (cast(:team_id as bigint) is null or cases.team_id = :team_id)
where calendar.is_business_day and calendar.day < today()
  and calendar.business_day_no > (select business_day_no from calendar as now where now.day = today()) - cast(:days as int)
group by calendar.day
order by calendar.day

-- name: missed_after
-- For each due date of the past and each number of business days before it: how many promises were open then, and how many
-- of these were missed. What was withdrawn or closed otherwise in time was not.
with due as (
    select day, business_day_no as no
    from calendar
    where is_business_day and day between cast(:since as date) and cast(:until as date)
), facts as (
    select due.day as due_on, due.no as due_no, received.business_day_no as received_no,
           least(answered.business_day_no + (not answered.is_business_day)::int, ended.business_day_no + (not ended.is_business_day)::int) as ended_no,
           not coalesce(cases.responded_on <= cases.due_on, false)
               and not coalesce(cases.responded_on is null and local_date(cases.closed_at) <= cases.due_on, false) as missed
    from due
    join cases on cases.due_on = due.day
    join calendar as received on received.day = cases.received_on
    left join calendar as answered on answered.day = cases.responded_on
    left join calendar as ended on ended.day = local_date(cases.closed_at)
    where cast(:team_id as bigint) is null or cases.team_id = :team_id
)
select due_on, due_no, h, count(*)::int as n, count(*) filter (where missed)::int as missed
from facts, generate_series(0, cast(:days as int)) as h
where received_no <= due_no - h and (ended_no is null or ended_no >= due_no - h) -- as it stands in the morning of that day
group by due_on, due_no, h
order by due_on, h

-- name: mark_away
-- Somebody is away.
insert into absences (staff_id, from_on, to_on, noted_by) values (:staff_id, cast(:from_on as date), cast(:to_on as date), :by) returning id

-- name: call_off
-- They are not away after all, or back.
update absences set ended_at = right_now() where id = :id and ended_at is null

-- name: absences
-- Who is away now or soon, and what of theirs is open, and falls due before they are back.
select absences.id, absences.staff_id, staff.name, absences.from_on, absences.to_on,
       (select count(*) from cases where owner_id = absences.staff_id and closed_at is null)::int as open,
       (select count(*) from cases where owner_id = absences.staff_id and closed_at is null and runs_out_on <= absences.to_on)::int as at_risk
from absences
join staff on staff.id = absences.staff_id
where absences.ended_at is null and absences.to_on >= today()
order by absences.from_on, absences.id

-- name: at_risk
-- The open cases of somebody who is away that run out before they are back, the first first.
select cases.id, cases.request_no, cases.kind, cases.title, cases.runs_out_on
from absences
join cases on cases.owner_id = absences.staff_id and cases.closed_at is null and cases.runs_out_on <= absences.to_on
where absences.id = :id and may_see(cases, :viewer)
order by cases.runs_out_on, cases.id
limit :most

-- name: away_on
-- Who is away on any of these days.
select staff_id from absences where ended_at is null and from_on <= cast(:until as date) and to_on >= today()

-- name: open_of_each
-- How many open cases everybody has.
select owner_id, count(*)::int as n from cases where closed_at is null and owner_id is not null group by owner_id
