-- name: today
-- Toronto's date.
select today()

-- name: due_on
-- The n-th business day after the day of receipt.
select due_on(cast(:received_on as date), cast(:business_days as int))

-- name: taken
-- Business days from receipt to answer.
select business_days_taken(cast(:received_on as date), cast(:answered_on as date))

-- name: from_today
-- The next business days, by how far they are from today, or from the one that comes next.
select later.business_day_no - (now.business_day_no + (not now.is_business_day)::int) as h, later.day
from calendar as now
join calendar as later on later.is_business_day
    and later.business_day_no - (now.business_day_no + (not now.is_business_day)::int) between 0 and :number
where now.day = today()

-- name: strip
-- Each day from receipt to the due date, with its number if it counts and its reason if it does not.
select day,
       counted,
       case when counted then calendar.business_day_no - received.business_day_no end as no,
       case when day = received_on then 'received'
            when not counted then coalesce(replace(closure || ' (City closure)', ') (', ', '), to_char(day, 'FMDay')) end as reason
from (select cast(:received_on as date) as received_on, cast(:due_on as date) as due_on) as asked
join calendar on day between received_on and due_on
cross join lateral (select is_business_day and day > received_on as counted) as this
cross join lateral (select business_day_no from calendar as first_day where first_day.day = received_on) as received
order by day

-- name: loaded
-- The first and the last loaded day, and how many days are left.
select min(day) as first_day, max(day) as last_day, greatest(coalesce(max(day) - today(), 0), 0) as days_left
from calendar

-- name: closures
-- The closures of these days, in order.
select day, name, source, confirmed, to_char(day, 'FMDay') as weekday
from closures
where day between :first_day and :last_day
order by day

-- name: is_filled
-- Whether closures were ever filled in.
select exists (select from closures)

-- name: add_closures
-- New closures, or another name or confirmation for a day that is one.
insert into closures (day, name, source, confirmed)
select day, name, source, confirmed
from jsonb_to_recordset(cast(:closures as jsonb)) as closure (day date, name text, source text, confirmed boolean)
on conflict (day) do update set name = excluded.name, source = excluded.source, confirmed = excluded.confirmed

-- name: remove_closures
-- Days on which the City works after all.
delete from closures where day = any (cast(:days as date[]))

-- name: load
-- Writes every day again from the closures.
select load_calendar(:first_day, :last_day)

-- name: hold_receipts
-- Nobody receives or moves a case while its due date may move; reading goes on.
select hold_cases()

-- name: moves
-- Open cases whose due date another set of closures would move: where to, and whether that makes them late or on time.
-- A reply that was asked for later has its own day 0: the business day from which its promise counts.
with considered as materialized (
    select it.day, it from calendar_if(cast(:added as jsonb), cast(:removed as date[])) as it
), counted_from as materialized (
    select cases.id, cases.request_no, cases.kind, cases.promised_days, cases.due_on,
           cast(:viewer as bigint) is null or may_see(cases, :viewer) as may_see,
           case when cases.reply_asked_on is not null then cases.reply_asked_on
                when is_due(received, due, cases.promised_days) then cases.received_on
                else coalesce(asked.day, cases.received_on) end as day_0
    from cases
    left join calendar as received on received.day = cases.received_on
    left join calendar as due on due.day = cases.due_on
    left join calendar as asked on asked.is_business_day and is_due(asked, due, cases.promised_days)
    where cases.closed_at is null and cases.responded_at is null and cases.due_on is not null
), promised as (
    select counted_from.*, coalesce((due.it).day, refuse_date(day_0, promised_days)) as due_after
    from counted_from
    left join considered as received on received.day = day_0
    left join considered as due on is_due(received.it, due.it, promised_days)
)
select id, request_no, kind, due_on as due_before, due_after,
       case when due_on < today() and due_after >= today() then 'late, then on time again'
            when due_on >= today() and due_after < today() then 'on time, then late' end as flips,
       may_see
from promised
where due_after <> due_on
order by due_on, id

-- name: restated
-- How many answered cases would read another number of business days taken. Their due dates stay.
with considered as materialized (
    select it.day, it from calendar_if(cast(:added as jsonb), cast(:removed as date[])) as it
), changed as (
    select min(calendar.day) as first_day, max(calendar.day) as last_day
    from considered join calendar on calendar.day = considered.day
    where (considered.it).is_business_day <> calendar.is_business_day
)
select count(*)
from changed
join cases on cases.responded_on >= changed.first_day and cases.received_on <= changed.last_day
join considered as received on received.day = coalesce(cases.reply_asked_on, cases.received_on)
join considered as answered on answered.day = cases.responded_on
join calendar as received_before on received_before.day = coalesce(cases.reply_asked_on, cases.received_on)
join calendar as answered_before on answered_before.day = cases.responded_on
where days_between(received.it, answered.it) <> days_between(received_before, answered_before)

-- name: move_due_dates
-- Each of these open cases gets its new due date and a row in its history; the first promise stays.
with moved as (
    select * from unnest(cast(:ids as bigint[]), cast(:due as date[])) as moved (id, due_on)
), before as (
    select cases.id, cases.due_on from cases join moved on moved.id = cases.id
), written as (
    update cases set due_on = moved.due_on, version = version + 1
    from moved
    where cases.id = moved.id and cases.closed_at is null and cases.responded_at is null
    returning cases.id, cases.version, cases.state, cases.due_on
)
insert into case_events (case_id, version, by_id, action, from_state, to_state, note, changes)
select written.id, written.version, :by, 'move_due_date', written.state, written.state, :why,
       jsonb_build_object('due_on', jsonb_build_array(before.due_on, written.due_on))
from written join before on before.id = written.id

-- name: move_targets
-- The internal target of each open escalation follows the closures. It was promised to nobody, so no history tells of it.
update cases set decide_by = due_on(received_on, decide_days)
where closed_at is null and decide_days is not null and decide_by <> due_on(received_on, decide_days)

-- name: log_change
-- Who changed the closures or the loaded years, why, and what it came to.
insert into calendar_changes (by_id, why, added, removed, loaded_to, moved, restated)
select :by, :why, cast(:added as jsonb), cast(:removed as jsonb), max(day), :moved, :restated
from calendar

-- name: changes
-- Every applied change, the latest first.
select change.at, coalesce(staff.name, 'System') as by_name, change.why, change.added, change.removed,
       change.loaded_to, change.moved, change.restated
from calendar_changes as change
left join staff on staff.id = change.by_id
order by change.at desc, change.id desc

-- name: standards
-- The promised days, by kind and step, and from when; what is in force today is marked.
select kind, step, business_days, applies, promise, sentence, source, effective_on, coalesce(staff.name, '') as set_by, why,
       effective_on = max(effective_on) filter (where effective_on <= today()) over (partition by kind, step) as in_force
from standards
left join staff on staff.id = standards.set_by
order by array_position(array['published', 'internal target', 'internal flag'], promise),
         array_position(array['complaint', 'escalation', 'comment', 'compliment'], kind), step, effective_on desc

-- name: set_standard
-- Another number of days from a day on; everything else about the promise stays. One not yet in force may be corrected.
insert into standards (kind, step, business_days, applies, promise, sentence, source, effective_on, set_by, why)
select kind, step, :business_days, applies, promise, sentence, source, cast(:effective_on as date), :by, :why
from standards
where kind = :kind and step = :step
order by effective_on desc
limit 1
on conflict (kind, step, effective_on) do update
set business_days = excluded.business_days, set_by = excluded.set_by, why = excluded.why
where standards.effective_on > today()
returning business_days
