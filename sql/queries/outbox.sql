-- name: counts
-- How many messages stand how, of those this person may see: of cases they may see, and their own digests; administrators see all digests.
select count(*) filter (where stands = 'unknown') as unknown,
       count(*) filter (where stands = 'failed') as failed,
       count(*) filter (where stands = 'kept') as kept,
       count(*) filter (where stands = 'waiting') as waiting,
       count(*) filter (where stands = 'sent') as sent
from outbox
left join cases on cases.id = outbox.case_id
left join staff as viewer on viewer.id = :viewer
where case when outbox.case_id is null then viewer.role = 'administrator' or lower(viewer.email) = lower(outbox.to_address)
           else may_see(cases, :viewer) end

-- name: list
-- The messages that stand so, of those this person may see: what was sent newest first, all others oldest first.
select outbox.id, outbox.case_id, outbox.request_no, outbox.kind, outbox.purpose, outbox.channel, outbox.to_address, outbox.stands,
       outbox.created_at, outbox.attempts, outbox.next_try_at, outbox.sent_at, outbox.problem
from outbox
left join cases on cases.id = outbox.case_id
left join staff as viewer on viewer.id = :viewer
where outbox.stands = :stands
  and case when outbox.case_id is null then viewer.role = 'administrator' or lower(viewer.email) = lower(outbox.to_address)
           else may_see(cases, :viewer) end
order by outbox.sent_at desc nulls last, outbox.id
limit :most

-- name: get
-- One message that this person may see.
select outbox.id, outbox.case_id, outbox.purpose
from outbox
left join cases on cases.id = outbox.case_id
left join staff as viewer on viewer.id = :viewer
where outbox.id = :id
  and case when outbox.case_id is null then viewer.role = 'administrator' or lower(viewer.email) = lower(outbox.to_address)
           else may_see(cases, :viewer) end
