-- name: waiting_to_fold
-- Whether the log has grown so long that whoever reads would rather have it folded.
select count(*) >= :most from (select from figures_log limit :most) as waiting

-- name: fold
-- What the log holds goes into the sums.
select fold_figures()

-- name: rebuild
-- All sums again, from the cases.
select rebuild_figures()

-- name: months
-- Each promise by month: due, received and answered in it, for everybody or for one value of a dimension.
select axis, month, kind, on_time, late, last_day, informed, unanswered, overdue, not_due
from figures_by_month(cast(:first as date), cast(:last as date), :dim, :value)

-- name: by_dimension
-- Each promise due in the period, by the values of one dimension.
select value, kind, on_time, late, last_day, informed, unanswered, overdue, not_due
from figures_by_value(cast(:first as date), cast(:last as date), :dim)

-- name: received_by
-- Escalations received in the period by ground and by decision.
with asked as (
    select cast(:first as date) as first, cast(:last as date) as last
), together as (
    select dim, value, on_time + late + unanswered as n
    from figures_ended_now, asked
    where axis = 'received' and grain = 'month' and dim = any (array['ground', 'decision']) and kind = 'escalation'
      and starts_on between asked.first and asked.last
    union all
    select dim, value, n
    from figures_open_now, asked
    where dim = any (array['ground', 'decision']) and kind = 'escalation' and received_month between asked.first and asked.last
)
select dim, value, sum(n)::int as n from together group by dim, value having sum(n) > 0 order by n desc, value

-- name: days_taken
-- How many business days the answers took that were due in the period, and how many of these were too many.
with asked as (
    select cast(:first as date) as first, cast(:last as date) as last, today() as today, cast(date_trunc('month', today()) as date) as running
), together as (
    select kind, days_taken, days_late, n
    from figures_taken_now, asked
    where grain = 'month' and starts_on between asked.first and asked.last and starts_on < asked.running
    union all
    select kind, days_taken, days_late, n
    from figures_taken_now, asked
    where grain = 'day' and starts_on between asked.running and asked.today and asked.running between asked.first and asked.last
)
select kind, days_taken, days_late, sum(n)::int as n from together group by kind, days_taken, days_late having sum(n) <> 0

-- name: overdue_by
-- Open promises of the period that are late, by the business days they are late today.
select kind, today.business_day_no + (not today.is_business_day)::int - due.business_day_no as days_late, sum(n)::int as n
from figures_open_now
join calendar as due on due.day = due_on
join calendar as today on today.day = today()
where dim = 'all' and due_on >= cast(:first as date) and due_on < least(cast(:last as date) + interval '1 month', today())
group by 1, 2
having sum(n) <> 0

-- name: filtered_months
-- As months, of the cases themselves: for filters that no sum is kept for.
with asked as (
    select cast(:first as date) as first, cast(cast(:last as date) + interval '1 month' as date) as end, today() as today
), facts as (
    select cases.* from on_time as cases
    where (cases.due_on >= cast(:first as date) or cases.responded_on >= cast(:first as date)) /* and the filters */
), placed as (
    select 'due' as axis, due_on as day, facts.* from facts, asked
    where due_on >= asked.first and due_on < asked.end and due_on <= asked.today
    union all
    select 'received', received_on, facts.* from facts, asked where received_on >= asked.first and received_on < asked.end
    union all
    select 'answered', responded_on, facts.* from facts, asked where responded_on >= asked.first and responded_on < asked.end
)
select axis, cast(date_trunc('month', day) as date) as month, kind,
       count(*) filter (where outcome = 'answered on time') as on_time,
       count(*) filter (where outcome = 'answered late') as late,
       count(*) filter (where responded_on = due_on) as last_day,
       count(*) filter (where informed and outcome in ('answered late', 'open and overdue')) as informed,
       count(*) filter (where outcome = 'closed without an answer') as unanswered,
       count(*) filter (where outcome = 'open and overdue') as overdue,
       count(*) filter (where outcome = 'not yet due' and axis = 'received') as not_due
from placed
group by 1, 2, 3
order by 2, 1, 3

-- name: filtered_by_dimension
-- As by_dimension, of the cases themselves.
select coalesce(case cast(:dim as text) when 'team' then cast(cases.team_id as text) when 'category' then cases.category
                     when 'channel' then cases.channel when 'supervisor' then cast(cases.supervisor_id as text) end, '') as value, cases.kind,
       count(*) filter (where outcome = 'answered on time') as on_time,
       count(*) filter (where outcome = 'answered late') as late,
       count(*) filter (where responded_on = due_on) as last_day,
       count(*) filter (where informed and outcome in ('answered late', 'open and overdue')) as informed,
       count(*) filter (where outcome = 'closed without an answer') as unanswered,
       count(*) filter (where outcome = 'open and overdue') as overdue, 0 as not_due
from on_time as cases
where cases.due_on >= cast(:first as date) and cases.due_on < cast(:last as date) + interval '1 month' and cases.due_on <= today()
  /* and the filters */
group by 1, 2

-- name: filtered_received_by
-- As received_by, of the cases themselves.
select by.dim, by.value, count(*)::int as n
from on_time as cases
cross join lateral (values ('ground', cases.ground), ('decision', cases.decision)) as by (dim, value)
where cases.kind = 'escalation' and cases.received_on >= cast(:first as date) and cases.received_on < cast(:last as date) + interval '1 month'
  and cases.due_on >= cast(:first as date) and by.value is not null /* and the filters */
group by by.dim, by.value
order by n desc, value

-- name: filtered_days_taken
-- As days_taken, of the cases themselves.
select cases.kind, cases.days_taken, cases.days_late, count(*)::int as n
from on_time as cases
where cases.due_on >= cast(:first as date) and cases.due_on < cast(:last as date) + interval '1 month' and cases.due_on <= today()
  and cases.days_taken is not null /* and the filters */
group by 1, 2, 3

-- name: filtered_overdue_by
-- As overdue_by, of the cases themselves.
select cases.kind, today.business_day_no + (not today.is_business_day)::int - due.business_day_no as days_late, count(*)::int as n
from on_time as cases
join calendar as due on due.day = cases.due_on
join calendar as today on today.day = today()
where cases.due_on >= cast(:first as date) and cases.due_on < cast(:last as date) + interval '1 month' and cases.outcome = 'open and overdue'
  /* and the filters */
group by 1, 2
