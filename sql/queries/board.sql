-- name: open_page
-- Open cases, the largest share of time used first: each promise (or the target after it) is a lane in order of its due
-- date, and lanes are merged.
-- That they are open is one of the filters, and not said again: the planner would expect a hundredth of a hundredth.
-- `limit 1`: the day of each row is looked up; as a plain join the whole calendar could be read for it.
with clock as (
    select business_day_no + (not is_business_day)::int as day_no from calendar where day = today()
), lanes as (
    select distinct business_days from standards where step in ('answered', 'decided')
), picked as (
    select lane.*
    from lanes
    cross join clock
    left join calendar as start
        on start.is_business_day
        and start.business_day_no = cast(floor(least(greatest(
            clock.day_no + cast(:after_left as float8) * lanes.business_days, -1e8), 1e8)) as int)
    cross join lateral (
        select cases.id, (due.business_day_no - clock.day_no)::float8 / lanes.business_days as time_left, cases.runs_out_on as order_on
        from cases
        cross join lateral (select business_day_no from calendar where day = cases.runs_out_on limit 1) as due
        where cases.running_days = lanes.business_days
          and (cases.runs_out_on, cases.id) > ( -- where to start in the lane's index; the comparison below is exact
              coalesce(start.day, date '0001-01-01'),
              case when start.day = cast(:after_day as date) then cast(:after_id as bigint) else -1 end)
          and ((due.business_day_no - clock.day_no)::float8 / lanes.business_days, cases.runs_out_on, cases.id)
              > (cast(:after_left as float8), cast(:after_day as date), cast(:after_id as bigint))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.runs_out_on, cases.id
        limit :size
    ) as lane
    union all
    select * from (
        -- nothing was promised: after everything that was
        select cases.id, float8 'infinity', cases.received_on
        from cases
        where cases.running_days is null and not cast(:promised as boolean)
          and (cast(:after_left as float8) < 'infinity'
               or (cases.received_on, cases.id) > (cast(:after_day as date), cast(:after_id as bigint)))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.received_on, cases.id
        limit :size
    ) as unpromised
), first as (
    select * from picked order by time_left, order_on, id limit :size
)
select board.id, board.request_no, board.kind, board.state, board.title, board.category, board.channel, board.received_on,
       board.due_on, board.runs_out_on, board.responded_on, board.days_left, board.share_used, board.is_overdue, board.owner, board.team, board.version,
       board.is_open, board.closed_at, board.days_taken, board.answered_late, first.time_left, first.order_on
from first
join case_board as board on board.id = first.id
order by first.time_left, first.order_on, first.id

-- name: open_before
-- The open case just before a place in that order; as above, that it is open is one of the filters.
with clock as (
    select business_day_no + (not is_business_day)::int as day_no from calendar where day = today()
), lanes as (
    select distinct business_days from standards where step in ('answered', 'decided')
), picked as (
    select lane.*
    from lanes
    cross join clock
    left join calendar as start
        on start.is_business_day
        and start.business_day_no = cast(ceil(least(greatest(
            clock.day_no + cast(:after_left as float8) * lanes.business_days, -1e8), 1e8)) as int)
    left join calendar as later on later.is_business_day and later.business_day_no = start.business_day_no + 1
    cross join lateral (
        select cases.id, (due.business_day_no - clock.day_no)::float8 / lanes.business_days as time_left, cases.runs_out_on as order_on
        from cases
        cross join lateral (select business_day_no from calendar where day = cases.runs_out_on limit 1) as due
        where cases.running_days = lanes.business_days
          and (cases.runs_out_on, cases.id) < ( -- where to start in the lane's index; the comparison below is exact
              case when start.day = cast(:after_day as date) then start.day else coalesce(later.day, date 'infinity') end,
              case when start.day = cast(:after_day as date) then cast(:after_id as bigint) else 0 end)
          and ((due.business_day_no - clock.day_no)::float8 / lanes.business_days, cases.runs_out_on, cases.id)
              < (cast(:after_left as float8), cast(:after_day as date), cast(:after_id as bigint))
          and may_see(cases, :viewer) /* and the filters */
        order by cases.runs_out_on desc, cases.id desc
        limit 1
    ) as lane
    union all
    select * from (
        select cases.id, float8 'infinity', cases.received_on
        from cases
        where cases.running_days is null and not cast(:promised as boolean)
          and cast(:after_left as float8) = 'infinity'
          and (cases.received_on, cases.id) < (cast(:after_day as date), cast(:after_id as bigint))
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
       coalesce((due.business_day_no - clock.day_no)::float8 / clocks.days, 'infinity') as time_left,
       coalesce(clocks.due_on, cases.received_on) as order_on
from cases
cross join (
    select business_day_no + (not is_business_day)::int as day_no from calendar where day = today()
) as clock
cross join lateral (
    select case when closed_at is null then running_days else coalesce(running_days, promised_days) end as days,
           case when closed_at is null then runs_out_on else coalesce(runs_out_on, cases.due_on) end as due_on
) as clocks
left join calendar as due on due.day = clocks.due_on
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
       board.due_on, board.runs_out_on, board.responded_on, board.days_left, board.share_used, board.is_overdue, board.owner, board.team, board.version,
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

-- name: worded
-- Which have the words that were looked for, in no order, up to a limit.
select id from cases_with_words(:words, :phone, :most) as found (id)

-- name: count
-- How many match, up to a limit: an unbounded count is the dearest part of a queue.
select count(*)
from (
    select from cases
    where may_see(cases, :viewer) /* and the filters */
    limit :most
) as counted

-- name: kept_from
-- How many match that are not for this person to see.
select count(*) from cases where not may_see(cases, :viewer) /* and the filters */

-- name: counts
-- What waits for somebody, each up to a limit. Where no file was imported nothing is looked through for a backlog.
select (select count(*) from (
            select from cases where closed_at is null and owner_id = :viewer limit :most) as counted) as mine,
       (select count(*) from (
            select from cases where closed_at is null and owner_id = :viewer and runs_out_on < (select today()) limit :most
        ) as counted) as mine_overdue,
       (select count(*) from (
            select from cases
            where closed_at is null and team_id = any (array(select teams_of(:viewer))) and may_see(cases, :viewer)
            limit :most) as counted) as team,
       (select count(*) from (
            select from cases where closed_at is null and owner_id is null and may_see(cases, :viewer) limit :most
        ) as counted) as unassigned,
       (select count(*) from (
            select from cases
            where closed_at is null and running_days = any (array(select business_days from standards where step in ('answered', 'decided')))
              and runs_out_on < (select today()) and may_see(cases, :viewer) limit :most) as counted) as overdue,
       (select count(*) from (
            select from cases
            where closed_at is null and running_days = any (array(select business_days from standards where step in ('answered', 'decided')))
              and runs_out_on between (select today()) and (select due_soon_until())
              and (kind <> 'escalation' or responded_at is not null or runs_out_on = (select today()))
              and may_see(cases, :viewer) limit :most) as counted) as due_soon,
       (select count(*) from (
            select from cases
            where exists (select from imports) and closed_at is null and source <> 'dashboard' and due_on < local_date(entered_at)
              and running_days = any (array(select business_days from standards where step in ('answered', 'decided')))
              and runs_out_on < (select today()) and may_see(cases, :viewer) limit :most) as counted) as backlog

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
