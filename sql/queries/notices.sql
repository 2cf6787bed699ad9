-- name: queue
-- A message into the outbox.
with held as (
    select id from cases where id = :case_id for no key update -- first, as for a file
)
insert into notices (case_id, purpose, channel, to_address, subject, body, message_id, created_by)
select id, :purpose, :channel, :to_address, :subject, :body, :message_id, cast(:by as bigint) from held
returning id

-- name: cancel_response
-- A response that has not left will not leave.
update notices set status = 'cancelled'
where case_id = :case_id and purpose = 'response' and status in ('waiting', 'failed', 'kept')

-- name: cancel_updates
-- Status updates that have not left will not leave.
update notices set status = 'cancelled'
where case_id = :case_id and purpose = 'update' and status in ('waiting', 'failed', 'kept')

-- name: readdress_response
-- A response that has not left goes to another address.
update notices set to_address = :to_address
where case_id = :case_id and purpose = 'response' and status in ('waiting', 'failed', 'kept')

-- name: of_case
-- The messages of a case, newest first.
select id, purpose, to_address, subject, body, status, created_at, sent_at, attempts, problem
from notices
where case_id = :case_id
order by id desc

-- name: waiting
-- The response of a case that has not left.
select id, to_address, subject, body, status, created_at, attempts, problem
from notices
where case_id = :case_id and purpose = 'response' and status in ('waiting', 'failed', 'kept')

-- name: lock
-- A message that may be sent, held until this transaction ends.
select id, case_id, purpose, to_address, subject, body, message_id, letter_id
from notices
where id = :id and status in ('waiting', 'failed', 'kept')
for update skip locked

-- name: keep
-- There is no mail server: it is kept and shown.
update notices set status = 'kept', problem = null where id = :id

-- name: fail
-- The mail server did not take it.
update notices set status = 'failed', attempts = attempts + 1, problem = :problem where id = :id

-- name: sent
-- The mail server took it at this moment.
update notices set status = 'sent', attempts = attempts + 1, problem = null, sent_at = right_now() where id = :id
returning sent_at
