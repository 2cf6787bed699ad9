-- name: findings
-- Complaints closed in these months by what the investigation found, and whether steps were taken.
select finding, count(*)::int as n,
       count(*) filter (where steps_taken is not null)::int as with_steps,
       count(*) filter (where steps_taken is null)::int as without_steps
from cases
where kind = 'complaint' and finding is not null
  and closed_at >= cast(cast(:first as date) as timestamp) at time zone 'America/Toronto'
  and closed_at < (cast(:last as date) + interval '1 month') at time zone 'America/Toronto'
group by finding
order by n desc, finding

-- name: causes
-- Root causes of complaints closed in these months that this person may read, the commonest first: how often before, and
-- what was done about it. Staff write them freely; capitals, blanks and the full stop do not tell two apart.
with named as (
    select cases.id, lower(btrim(root_cause, E' .\n\t')) as cause, closed_at
    from cases
    where kind = 'complaint' and root_cause ~ '\S' and closed_at is not null and may_see(cases, :viewer)
      and closed_at < (cast(:last as date) + interval '1 month') at time zone 'America/Toronto'
), counted as (
    select cause,
           count(*) filter (where closed_at >= cast(cast(:first as date) as timestamp) at time zone 'America/Toronto')::int as n,
           count(*) filter (where closed_at < cast(cast(:first as date) as timestamp) at time zone 'America/Toronto')::int as before,
           max(closed_at) as last_at
    from named
    group by cause
)
select counted.cause, counted.n, counted.before,
       (select count(*) from corrective_actions where corrective_actions.cause = counted.cause)::int as actions,
       exists (
           select from corrective_actions
           where corrective_actions.cause = counted.cause and done_on < local_date(counted.last_at)) as came_back
from counted
where counted.n > 0
order by counted.n desc, counted.before desc, counted.cause
limit :most

-- name: no_complaints
-- What came as a complaint and was none, by what it was.
select coalesce(event.details ->> 'what_it_is', 'not said') as what, count(*)::int as n
from cases
join case_events as event on event.case_id = cases.id and event.version = (
    select max(version) from case_events as last where last.case_id = cases.id and last.action = 'not_a_complaint')
where cases.state = 'not_a_complaint'
  and cases.closed_at >= cast(cast(:first as date) as timestamp) at time zone 'America/Toronto'
  and cases.closed_at < (cast(:last as date) + interval '1 month') at time zone 'America/Toronto'
group by 1
order by n desc, what

-- name: actions
-- Corrective actions: what is to be done first, then what was and is not judged yet, then the rest. A cause that complaints
-- name which are not for this person to see is not theirs to read either (R64), unless they own or noted the action.
with hidden as (
    select distinct lower(btrim(root_cause, E' .\n\t')) as cause
    from cases
    where kind = 'complaint' and root_cause ~ '\S' and not may_see(cases, :viewer)
)
select action.id, action.what, action.cause, cases.request_no, owner.name as owner, action.owner_id, action.due_on, action.done_on, action.worked,
       action.worked_because, judge.name as judged_by, action.done_on is null and action.due_on < today() as is_late
from corrective_actions as action
join staff as owner on owner.id = action.owner_id
left join staff as judge on judge.id = action.judged_by
left join cases on cases.id = action.case_id
where (action.case_id is null or may_see(cases, :viewer))
  and (:viewer in (action.owner_id, action.noted_by) or action.cause is null or action.cause not in (select cause from hidden))
order by action.done_on is not null, action.worked is not null, action.due_on, action.id
limit :most

-- name: add_action
-- Something to be done by somebody until a day.
insert into corrective_actions (what, cause, case_id, owner_id, due_on, noted_by)
values (:what, :cause, :case_id, :owner_id, cast(:due_on as date), :by)
returning id

-- name: action
-- One of them.
select id, owner_id, done_on, worked from corrective_actions where id = :id for no key update

-- name: done
-- It was done, today.
update corrective_actions set done_on = today() where id = :id and done_on is null

-- name: judge
-- Whether it worked, and why somebody thinks so.
update corrective_actions
set worked = :worked, worked_because = :because, judged_at = right_now(), judged_by = :by
where id = :id and done_on is not null
