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

-- name: altered_letters
-- The cases of these letters, whose document is not what its checksum says.
select letters.case_id, cases.request_no, letters.version
from letters join cases on cases.id = letters.case_id
where letters.id = any (cast(:ids as bigint[]))
order by letters.case_id, letters.version

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
