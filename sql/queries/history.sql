-- name: last_case
-- How far a check has to go.
select last_case()

-- name: next_range
-- The next so many cases: the last of them, how many they are and how many events they have.
select last_case, cases, events from history_range(:first, :most)

-- name: broken
-- The broken cases of a range, each with its first broken event and what is wrong with it.
select case_id, request_no, version, problem from broken_history(:first, :last) order by case_id

-- name: other_documents
-- The issued letters and files of a range of cases that are not the ones whose checksum their history holds.
select event.case_id, cases.request_no, event.version,
       case event.action when 'attach' then 'its file is not the one that was attached' else 'its letter is not the one that was issued' end as problem
from case_events as event
join cases on cases.id = event.case_id
where event.case_id between :first and :last and event.erased_at is null and event.details ? 'sha256'
  and not case event.action
          when 'attach' then exists (
              select from attachments where case_id = event.case_id and encode(sha256(content), 'hex') = event.details ->> 'sha256')
          else exists (select from letters where case_id = event.case_id and sha256 = event.details ->> 'sha256') end
order by event.case_id, event.version

-- name: other_cases
-- What a case says otherwise than the last event that changed it, in a range of cases: its dates, who has it, what was found and answered.
with made as (
    select distinct on (event.case_id, change.key) event.case_id, event.version, change.key, change.value ->> 1 as value
    from case_events as event
    cross join jsonb_each(event.changes) as change
    where event.case_id between :first and :last
      and change.key in ('due_on', 'responded_at', 'closed_at', 'told_at', 'decided_at', 'owner_id', 'finding', 'decision', 'response')
    order by event.case_id, change.key, event.version desc
)
select made.case_id, cases.request_no, made.version, 'the case says otherwise: ' || replace(made.key, '_', ' ') as problem
from made
join cases on cases.id = made.case_id
where case made.key
          when 'due_on' then cases.due_on is distinct from cast(made.value as date)
          when 'responded_at' then cases.responded_at is distinct from cast(made.value as timestamptz)
          when 'closed_at' then cases.closed_at is distinct from cast(made.value as timestamptz)
          when 'told_at' then cases.told_at is distinct from cast(made.value as timestamptz)
          when 'decided_at' then cases.decided_at is distinct from cast(made.value as timestamptz)
          when 'owner_id' then cases.owner_id is distinct from cast(made.value as bigint)
          when 'finding' then cases.finding is distinct from made.value
          when 'decision' then cases.decision is distinct from made.value
          else cases.response is distinct from made.value end
order by made.case_id, made.version

-- name: altered_letters
-- The cases of these letters, whose document is not what its checksum says.
select letters.case_id, cases.request_no, coalesce(issued.version, cases.version) as version
from letters
join cases on cases.id = letters.case_id
left join lateral (
    select max(version) as version from case_events
    where case_id = letters.case_id and action = 'issue_letter' and at <= letters.issued_at + interval '1 minute'
) as issued on true
where letters.id = any (cast(:ids as bigint[]))
order by letters.case_id, 3

-- name: keep_check
-- A check that went through to its end, and what it found.
insert into history_checks (started_at, by_id, cases, events, broken, found)
values (:started_at, :by, :cases, :events, :broken, cast(:found as jsonb))

-- name: last_check
-- The last check that went through to its end; of what it found, the cases that this person may see.
select checked.started_at, checked.cases, checked.events, checked.broken, coalesce(staff.name, 'System') as by_name,
       (select coalesce(jsonb_agg(one order by place), '[]')
        from jsonb_array_elements(found) with ordinality as listed (one, place)
        where cast(:viewer as bigint) is null or exists (
            select from cases as it where it.id = cast(one ->> 'case_id' as bigint) and may_see(it, :viewer))) as found
from history_checks as checked
left join staff on staff.id = checked.by_id
order by checked.id desc
limit 1
