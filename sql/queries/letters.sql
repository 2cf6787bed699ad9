-- name: current
-- The newest letter of a case.
select * from letter_list where case_id = :case_id order by version desc limit 1

-- name: of_case
-- Every version of the letters of a case that this person may see, newest first.
select letter.*
from letter_list as letter
join cases on cases.id = letter.case_id
where letter.case_id = :case_id and (cast(:viewer as bigint) is null or may_see(cases, :viewer))
order by letter.version desc

-- name: start
-- A new version, as a draft.
insert into letters (case_id, purpose, version, replaces, replaces_because, parts, large_print, author_id, writer_ids)
select :case_id, :purpose, coalesce(max(version), 0) + 1,
       (select id from letters where case_id = :case_id order by version desc limit 1), cast(:because as text),
       cast(:parts as jsonb), :large_print, :by, array[cast(:by as bigint)]
from letters
where case_id = :case_id
returning id

-- name: write
-- Some of its parts as they are typed; the others stay. Whoever types is its author from then on.
update letters set
    parts = parts || cast(:parts as jsonb),
    large_print = coalesce(cast(:large_print as boolean), large_print),
    author_id = :by,
    writer_ids = case when :by = any (writer_ids) then writer_ids else writer_ids || cast(:by as bigint) end
where case_id = :case_id and issued_at is null
returning id, text_no

-- name: draft_again
-- All its parts as the case has them now.
update letters set
    parts = cast(:parts as jsonb), drafted_at = right_now(), author_id = :by,
    writer_ids = case when :by = any (writer_ids) then writer_ids else writer_ids || cast(:by as bigint) end
where case_id = :case_id and issued_at is null

-- name: ask
-- It waits for a second pair of eyes.
update letters set asked_id = :asked, asked_by = :by, asked_at = right_now() where id = :id

-- name: approve
-- This text is approved, if it is still this text.
update letters set approved_by = :by, approved_at = right_now()
where id = :id and text_no = :text_no and asked_at is not null and approved_at is null

-- name: take_back
-- It is a draft again.
update letters set asked_id = null, asked_by = null, asked_at = null, approved_by = null, approved_at = null
where id = :id and issued_at is null

-- name: issue
-- Frozen: from here on the row never changes.
update letters set issued_by = :by, issued_at = :at, sends_by = :sends_by, address = :address, pdf = cast(:pdf as bytea), sha256 = :sha256
where id = :id and issued_at is null

-- name: travel
-- It left, or it came back.
insert into letter_journeys (letter_id, what, at, by_id) values (:id, :what, cast(:at as timestamptz), cast(:by as bigint))

-- name: complaint_it_answered
-- The complaint whose answer is the decision that this letter told, at the moment at which it left (R40).
select complaint.id
from letters
join letter_journeys as journey on journey.letter_id = letters.id and journey.what = 'left'
join cases as escalation on escalation.id = letters.case_id
join cases as complaint on complaint.id = escalation.complaint_id
where letters.id = :id and complaint.state = 'responded'
  and complaint.responded_at = journey.at and complaint.response_channel = letters.sends_by
  and (select action from case_events
       where case_id = complaint.id and to_state = 'responded' and from_state is distinct from to_state
       order by version desc limit 1) = 'answered_by_decision'

-- name: document
-- An issued letter as it left.
select letters.pdf, letters.sha256, letters.version, cases.request_no
from letters join cases on cases.id = letters.case_id
where letters.id = :id and letters.issued_at is not null and letters.erased_at is null and (cast(:viewer as bigint) is null or may_see(cases, :viewer))

-- name: every_issued
-- Every issued letter, of a case or of all.
select id from letters where issued_at is not null and erased_at is null and case_id = coalesce(cast(:case_id as bigint), case_id) order by id

-- name: facts
-- What a letter is drafted from beside the case itself: who decided, with name and title.
select owner.name as owner, owner.title as owner_title, owner.role as owner_role, today() as today
from cases left join staff as owner on owner.id = cases.owner_id
where cases.id = :case_id

-- name: who_could_approve
-- Senior management that is independent of the case and did not write in its letter: who has the least to do first.
select staff.id, staff.name, staff.title, staff.role
from staff
join cases on cases.id = :case_id
left join letters on letters.case_id = cases.id and letters.issued_at is null
where could_approve(cases, letters, staff.id)
order by (select count(*) from letters as asked where asked.asked_id = staff.id and asked.issued_at is null), staff.name

-- name: to_approve
-- Letters that wait for a second pair of eyes, which this person may be: those that they are asked to read first, then the oldest promise.
select letter.id, letter.case_id, letter.purpose, letter.version, letter.author, letter.asked, letter.asked_at,
       letter.asked_id = :viewer as is_asked, cases.request_no, cases.kind, cases.runs_out_on
from letters
join letter_list as letter on letter.id = letters.id
join cases on cases.id = letters.case_id
where letters.issued_at is null and letters.asked_at is not null and letters.approved_at is null
  and cases.closed_at is null and cases.state in ('decided', 'investigating')
  and may_see(cases, :viewer) and could_approve(cases, letters, :viewer)
order by is_asked desc, cases.runs_out_on nulls last, letters.id
limit :most

-- name: at_work
-- Letters that have not left, of cases that this person may see and that still wait for them: the oldest first.
select letter.*, cases.request_no, cases.kind, cases.runs_out_on, cases.owner_id,
       (select name from staff where id = cases.owner_id) as owner
from letter_list as letter
join cases on cases.id = letter.case_id
where cases.closed_at is null and cases.state in ('decided', 'investigating')
  and letter.state <> 'left' and may_see(cases, :viewer)
  and not exists (select from letters as newer where newer.case_id = letter.case_id and newer.version > letter.version)
order by cases.runs_out_on nulls last, letter.id
limit :most

-- name: due
-- Decided escalations that this person may see, where a letter is due and none is begun.
select board.request_no, board.kind, board.owner, board.owner_id, board.runs_out_on, board.letter_because, board.decided_at
from cases join case_board as board on board.id = cases.id
where cases.kind = 'escalation' and cases.state = 'decided' and cases.letter_due and may_see(cases, :viewer)
  and not exists (select from letters where case_id = cases.id)
order by board.runs_out_on nulls last, board.id
limit :most

-- name: issued
-- Letters that were issued, of cases that this person may see, newest first.
select letter.id, letter.case_id, letter.purpose, letter.version, letter.state, letter.sends_by, letter.issued_at, letter.issuer,
       letter.approver, letter.moved_at, letter.mover, letter.notice_status, letter.sha256, letter.erased_at, cases.request_no, cases.kind
from letter_list as letter
join cases on cases.id = letter.case_id
where letter.issued_at is not null and may_see(cases, :viewer)
order by letter.issued_at desc, letter.id desc
limit :most

-- name: log
-- A letter of a case about a person was taken along (R64).
insert into access_log (by_id, case_id, what, detail)
select :by, cases.id, 'export', case when letters.issued_at is null then 'draft of a letter' else 'letter' end
from letters join cases on cases.id = letters.case_id
where letters.id = :id and cardinality(cases.subject_ids) > 0
