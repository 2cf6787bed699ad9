-- name: freeze
-- A month that is over is kept as it stands: each promise that was due in it, and how it had ended.
with frozen as (
    insert into frozen_months (month, frozen_by) values (cast(:month as date), :by)
    on conflict do nothing
    returning month
)
insert into frozen_promises (month, case_id, version, kind, outcome, days_taken, team_id, supervisor_id)
select frozen.month, case_id, version, kind, outcome, days_taken, team_id, supervisor_id
from frozen, on_time
where due_on >= cast(:month as date) and due_on < cast(:month as date) + interval '1 month'

-- name: months
-- The frozen months, the latest first, with both promises as they were.
select frozen_months.month, frozen_at, staff.name as by_name,
       count(*) filter (where kind <> 'escalation' and outcome = 'answered on time') as ten_on_time,
       count(*) filter (where kind <> 'escalation' and outcome in ('answered on time', 'answered late', 'open and overdue')) as ten_counted,
       count(*) filter (where kind = 'escalation' and outcome = 'answered on time') as two_on_time,
       count(*) filter (where kind = 'escalation' and outcome in ('answered on time', 'answered late', 'open and overdue')) as two_counted
from frozen_months
left join staff on staff.id = frozen_months.frozen_by
left join frozen_promises on frozen_promises.month = frozen_months.month and kind in ('complaint', 'comment', 'escalation')
group by frozen_months.month, frozen_at, staff.name
order by frozen_months.month desc

-- name: is_frozen
-- Whether this month is.
select exists (select from frozen_months where month = cast(:month as date))

-- name: restated
-- What reads differently since a month was frozen: promises that ended otherwise, came to the month, or left it; and the
-- first event since that tells why.
with was as (
    select * from frozen_promises where month = cast(:month as date)
), now as (
    select case_id, version, kind, outcome, days_taken, due_on
    from on_time
    where due_on >= cast(:month as date) and due_on < cast(:month as date) + interval '1 month'
), changed as (
    select coalesce(now.case_id, was.case_id) as case_id, coalesce(was.version, 0) as version, was.outcome as before,
           now.outcome as after, was.days_taken as days_before, now.days_taken as days_after
    from was
    full join now using (case_id)
    where was.outcome is distinct from now.outcome
       or was.days_taken is distinct from now.days_taken and was.outcome in ('answered on time', 'answered late')
)
select cases.id, cases.request_no, cases.kind, changed.before, changed.after, changed.days_before, changed.days_after,
       (changed.before = 'answered on time') is true <> (changed.after = 'answered on time') is true
           or (changed.before in ('answered on time', 'answered late', 'open and overdue')) is true
              <> (changed.after in ('answered on time', 'answered late', 'open and overdue')) is true as moves_the_figure,
       event.action, event.at, event.note, staff.name as by_name
from changed
join cases on cases.id = changed.case_id
left join lateral (
    select action, at, note, by_id from case_events
    where case_id = changed.case_id and case_events.version > changed.version
      and (changed.version = 0 or action in ('import', 'receive', 'move_due_date') or from_state is distinct from to_state
           or action like '%response%')
    order by case_events.version desc
    limit 1
) as event on true
left join staff on staff.id = event.by_id
where may_see(cases, :viewer)
order by moves_the_figure desc, event.at desc nulls last, cases.id
limit :most

-- name: kept_from
-- How many of them are about a person and not for this viewer to see.
with now as (
    select case_id, outcome, days_taken from on_time
    where due_on >= cast(:month as date) and due_on < cast(:month as date) + interval '1 month'
), changed as (
    select coalesce(now.case_id, was.case_id) as case_id
    from (select * from frozen_promises where month = cast(:month as date)) as was
    full join now using (case_id)
    where was.outcome is distinct from now.outcome
       or was.days_taken is distinct from now.days_taken and was.outcome in ('answered on time', 'answered late')
)
select count(*) from changed join cases on cases.id = changed.case_id where not may_see(cases, :viewer)
