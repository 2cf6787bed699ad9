-- name: open_page
-- Open cases, the largest share of time used first: each promise is a lane in order of its due date, and lanes are merged.
with clock as (
    select business_day_no + (not is_business_day)::int as day_no from calendar where day = today()
), lanes as (
    select distinct business_days from standards where step = 'answered'
), picked as (
    select lane.*
    from lanes, clock
    cross join lateral (
        select cases.id, (due.business_day_no - clock.day_no)::float8 / lanes.business_days as time_left, cases.due_on as order_on
        from cases
        join calendar as due on due.day = cases.due_on
        where cases.closed_at is null
          and cases.promised_days = lanes.business_days
          and cases.due_on >= coalesce( -- where to start in the lane's index; the row comparison below is exact
              (select start.day from calendar as start
               where start.is_business_day
                 and start.business_day_no = cast(floor(least(greatest(
                     clock.day_no + :after_left * lanes.business_days, -1e8), 1e8)) as int)),
              date '0001-01-01')
          and ((due.business_day_no - clock.day_no)::float8 / lanes.business_days, cases.due_on, cases.id)
              > (cast(:after_left as float8), cast(:after_day as date), cast(:after_id as bigint))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.due_on, cases.id
        limit :size
    ) as lane
    union all
    select * from (
        -- nothing was promised: after everything that was
        select cases.id, float8 'infinity', cases.received_on
        from cases
        where cases.closed_at is null and cases.promised_days is null
          and (float8 'infinity', cases.received_on, cases.id)
              > (cast(:after_left as float8), cast(:after_day as date), cast(:after_id as bigint))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.received_on, cases.id
        limit :size
    ) as unpromised
), first as (
    select * from picked order by time_left, order_on, id limit :size
)
select board.id, board.request_no, board.kind, board.state, board.title, board.category, board.channel, board.received_on,
       board.due_on, board.days_left, board.share_used, board.is_overdue, board.owner, board.team, board.version,
       board.is_open, board.closed_at, board.days_taken, board.answered_late, first.time_left, first.order_on
from first
join case_board as board on board.id = first.id
order by first.time_left, first.order_on, first.id

-- name: open_before
-- The open case just before a place in that order.
with clock as (
    select business_day_no + (not is_business_day)::int as day_no from calendar where day = today()
), lanes as (
    select distinct business_days from standards where step = 'answered'
), picked as (
    select lane.*
    from lanes, clock
    cross join lateral (
        select cases.id, (due.business_day_no - clock.day_no)::float8 / lanes.business_days as time_left, cases.due_on as order_on
        from cases
        join calendar as due on due.day = cases.due_on
        where cases.closed_at is null
          and cases.promised_days = lanes.business_days
          and ((due.business_day_no - clock.day_no)::float8 / lanes.business_days, cases.due_on, cases.id)
              < (cast(:after_left as float8), cast(:after_day as date), cast(:after_id as bigint))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.due_on desc, cases.id desc
        limit 1
    ) as lane
    union all
    select * from (
        select cases.id, float8 'infinity', cases.received_on
        from cases
        where cases.closed_at is null and cases.promised_days is null
          and (float8 'infinity', cases.received_on, cases.id)
              < (cast(:after_left as float8), cast(:after_day as date), cast(:after_id as bigint))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.received_on desc, cases.id desc
        limit 1
    ) as unpromised
)
select cases.id, cases.request_no, cases.kind
from picked
join cases on cases.id = picked.id
order by picked.time_left desc, picked.order_on desc, picked.id desc
limit 1

-- name: open_place
-- Where a case stands in that order, or stood until it ended: next still leads on after the answer has left.
select cases.id, cases.request_no,
       coalesce((due.business_day_no - clock.day_no)::float8 / cases.promised_days, 'infinity') as time_left,
       coalesce(cases.due_on, cases.received_on) as order_on
from cases
cross join (
    select business_day_no + (not is_business_day)::int as day_no from calendar where day = today()
) as clock
left join calendar as due on due.day = cases.due_on
where cases.id = :id

-- name: received_page
-- All cases, or the closed ones: the newest receipt first.
with picked as (
    select cases.id, cases.received_at
    from cases
    where (cast(:after_id as bigint) = 0
           or (cases.received_at, cases.id) < ((select received_at from cases where id = :after_id), cast(:after_id as bigint)))
      and cast(:after_left as float8) is not null and cast(:after_day as date) is not null
      and may_see(cases, :viewer) /* and the filters */
    order by cases.received_at desc, cases.id desc
    limit :size
)
select board.id, board.request_no, board.kind, board.state, board.title, board.category, board.channel, board.received_on,
       board.due_on, board.days_left, board.share_used, board.is_overdue, board.owner, board.team, board.version,
       board.is_open, board.closed_at, board.days_taken, board.answered_late, float8 '0' as time_left, board.received_on as order_on
from picked
join case_board as board on board.id = picked.id
order by picked.received_at desc, picked.id desc

-- name: received_before
-- The case just before a place in that order.
select cases.id, cases.request_no, cases.kind
from cases
where (cases.received_at, cases.id) > ((select received_at from cases where id = :after_id), cast(:after_id as bigint))
  and cast(:after_left as float8) is not null and cast(:after_day as date) is not null and cast(:size as int) = 1
  and may_see(cases, :viewer) /* and the filters */
order by cases.received_at, cases.id
limit 1

-- name: received_place
-- Where a case stands in that order.
select id, float8 '0' as time_left, received_on as order_on from cases where id = :id

-- name: count
-- How many match, up to a limit: an unbounded count is the dearest part of a queue.
select count(*)
from (
    select from cases
    where may_see(cases, :viewer) /* and the filters */
    limit :most
) as counted

-- name: counts
-- What waits for somebody, each up to a limit.
select (select count(*) from (
            select from cases where closed_at is null and owner_id = :viewer limit :most) as counted) as mine,
       (select count(*) from (
            select from cases where closed_at is null and team_id = :team and may_see(cases, :viewer) limit :most) as counted) as team,
       (select count(*) from (
            select from cases where closed_at is null and owner_id is null and may_see(cases, :viewer) limit :most
        ) as counted) as unassigned,
       (select count(*) from (
            select from cases
            where closed_at is null and promised_days in (select business_days from standards where step = 'answered')
              and due_on < today() and may_see(cases, :viewer) limit :most) as counted) as overdue,
       (select count(*) from (
            select from cases
            where closed_at is null and promised_days in (select business_days from standards where step = 'answered')
              and due_on between today() and case when kind = 'escalation' then today() else due_on(today(), 2) end
              and may_see(cases, :viewer) limit :most) as counted) as due_soon

-- name: take_next
-- The complaint nearest to its due date, or furthest past it, that nobody has and this person may take (R10, R11).
select cases.id
from cases
where cases.closed_at is null and cases.kind = 'complaint' and cases.state = 'received' and cases.owner_id is null
  and cast(:viewer as bigint) <> all (cases.subject_ids)
  and cast(:viewer as bigint) <> all (cases.recused_ids)
  and not exists (select from staff_above where staff_id = :viewer and above_id = any (cases.subject_ids))
  and may_see(cases, :viewer)
order by cases.due_on, cases.id
limit 1
for no key update of cases skip locked

-- name: views
-- Somebody's saved views and those others share.
select saved_views.id, saved_views.name, shared, query, owner_id, staff.name as owner
from saved_views
join staff on staff.id = saved_views.owner_id
where owner_id = :viewer or shared
order by owner_id <> :viewer, lower(saved_views.name)

-- name: save_view
-- A saved view under its name; the same name again replaces it.
insert into saved_views (owner_id, name, shared, query) values (:by, :name, :shared, :query)
on conflict (owner_id, name) do update set shared = excluded.shared, query = excluded.query

-- name: drop_view
-- One's own saved view is dropped.
delete from saved_views where id = :id and owner_id = :by

-- name: sources
-- Where cases were entered: here, and the sources files came from.
select 'dashboard' as source
union
select source from imports
order by 1
