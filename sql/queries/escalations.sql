-- name: alone
-- Two who try with one number, or as one person, are counted one after the other: the second sees what the first came to.
select pg_advisory_xact_lock(hashtextextended(as_request_no(:request_no), 35)),
       case when cast(:by as bigint) is not null then pg_advisory_xact_lock(hashtextextended('attempts of ' || :by, 35)) end,
       case when cast(:client as text) is not null then pg_advisory_xact_lock(hashtextextended('attempts through ' || :client, 35)) end

-- name: slowed
-- How many seconds to wait before the next attempt: after five failures in an hour with this number, or by this person, or fifty
-- through this client of the feed, each further one doubles half a minute, up to a quarter of an hour.
with failures as (
    select count(*) as failed, max(at) as last_at, 5 as allowed
    from escalation_attempts
    where outcome = 'not matched' and at > clock_timestamp() - interval '1 hour'
      and request_key = left(as_request_no(:request_no), 64)
    union all
    select count(*), max(at), 5
    from escalation_attempts
    where outcome = 'not matched' and at > clock_timestamp() - interval '1 hour' and by_id = cast(:by as bigint)
    union all
    select count(*), max(at), 50
    from escalation_attempts
    where outcome = 'not matched' and at > clock_timestamp() - interval '1 hour' and client = cast(:client as text)
)
select coalesce(ceil(max(extract(epoch from
           last_at + least(interval '15 minutes', interval '30 seconds' * 2 ^ least(failed - allowed, 10)) - clock_timestamp()))), 0)::int
from failures
where failed >= allowed

-- name: attempt
-- An attempt and what it came to. One statement, whichever part is wrong: it looks for the number and its contact together.
insert into escalation_attempts (by_id, client, channel, request_key, outcome, complaint_id)
select cast(:by as bigint), cast(:client as text), :channel, left(given.request_key, 64),
       case when cast(:slowed as boolean) then 'slowed' when complaint.id is null then 'not matched' else 'matched' end,
       case when not cast(:slowed as boolean) then complaint.id end
from (select as_request_no(:request_no) as request_key) as given
left join cases as complaint
    on complaint.request_key = given.request_key and complaint.kind = 'complaint'
    and (complaint.phone = :phone or lower(complaint.email) = lower(:email))
returning id, outcome, complaint_id

-- name: vouch
-- A manager verified by other means who asks: the contact on record cannot be matched. An erased complaint matches nobody.
insert into escalation_attempts (by_id, channel, request_key, outcome, vouched_because, complaint_id)
select :by, :channel, left(request_key, 64), case when erased_at is null then 'matched' else 'not matched' end,
       case when erased_at is null then :because end, case when erased_at is null then id end
from cases
where request_key = as_request_no(:request_no) and kind = 'complaint' and may_see(cases, :by)
returning id, outcome, complaint_id

-- name: passed
-- An attempt that matched, by this person, not long ago, with which nothing was opened yet.
select id, complaint_id, channel, vouched_because
from escalation_attempts
where id = :id and by_id is not distinct from cast(:by as bigint) and outcome = 'matched' and escalation_id is null
  and at > clock_timestamp() - interval '30 minutes'
for update

-- name: passed_with
-- What an attempt led to.
update escalation_attempts set escalation_id = :escalation_id where id = :id

-- name: standing
-- What the clock proves about a complaint (R26), and its escalations so far.
select board.id, board.request_no, board.state, board.received_on, board.due_on, board.promised_days, board.responded_on,
       board.is_open, board.is_overdue, board.days_left, board.days_taken, board.answered_late, board.duplicate_of_no,
       local_date(board.closed_at) as closed_on,
       open.id as open_id, open.request_no as open_no, open.due_on as open_due_on, open.responded_on as open_responded_on,
       ended.request_no as ended_no,
       board.responded_at is null or ended.closed_at is null or board.responded_at > ended.closed_at as is_answered_since
from case_board as board
left join cases as open on open.complaint_id = board.id and open.closed_at is null
left join lateral (
    select request_no, closed_at from cases
    where complaint_id = board.id and state = 'closed'
    order by closed_at desc
    limit 1
) as ended on true
where board.id = :complaint_id

-- name: complaint
-- What an escalation takes over from its complaint: whom to answer, and about whom it is.
select title, category, tags, topic, subject_ids, division_id, customer_name, phone, email, postal_address, language, interpreter,
       accessible_format
from cases where id = :id

-- name: waiting
-- Open escalations that this senior manager may see, worst first, and who is free and independent to take each.
select board.id, board.request_no, board.kind, board.state, board.complaint_no, board.title, board.received_on, board.due_on,
       board.runs_out_on, board.responded_on, board.days_left, board.share_used, board.days_taken, board.answered_late, board.is_overdue, board.is_open, board.owner, board.owner_id,
       board.responded_at, board.decided_at, board.told_at, board.letter_due,
       array(
           select staff.name from staff
           where staff.active and staff.role in ('manager', 'director')
             and staff.id <> all (cases.subject_ids) and staff.id <> all (cases.recused_ids)
             and staff.id not in (select handlers_of(cases.complaint_id))
             and not exists (select from staff_above where staff_id = staff.id and above_id = any (cases.subject_ids))
           order by (select count(*) from cases as held where held.owner_id = staff.id and held.closed_at is null), staff.name
       ) as free
from cases
join case_board as board on board.id = cases.id
where cases.kind = 'escalation' and cases.closed_at is null and may_see(cases, :viewer)
order by cases.owner_id is not null, board.share_used desc nulls last, cases.id
limit :most

-- name: flagged
-- Numbers for which five attempts or more failed in the last seven days: somebody may be guessing.
select request_key, count(*) as failed, max(at) as last_at, count(distinct by_id) as people
from escalation_attempts
where outcome = 'not matched' and at > clock_timestamp() - interval '7 days'
group by request_key
having count(*) >= 5
order by last_at desc
limit 20
