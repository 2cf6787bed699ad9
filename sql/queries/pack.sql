-- name: escalations
-- The escalations of a complaint that this person may see, oldest first.
select cases.id from cases where complaint_id = :complaint_id and may_see(cases, :viewer) order by received_at, id

-- name: log
-- Whoever takes a pack along is noted (R64).
insert into access_log (by_id, case_id, what, detail) values (:by, :case_id, 'export', 'pack')

-- name: notices
-- Every message of a case and what became of it, oldest first. One that was cut off while it was handed over may have left or not.
select created_at, purpose, channel, to_address, subject, body, sent_at, attempts, problem, handled_by is not null as sent_again,
       case when status = 'sending' and not is_leaving(notices) then 'unknown' else status end as status
from notices where case_id = :case_id order by id
