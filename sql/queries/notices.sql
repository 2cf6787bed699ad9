-- name: queue
-- A message into the outbox; a digest and a report are about no case.
insert into notices (case_id, purpose, letter_id, report_month, channel, to_address, subject, body, message_id, created_by)
values (:case_id, :purpose, :letter_id, cast(:report_month as date), :channel, :to_address, :subject, :body, :message_id, :by)
returning id

-- name: cancel_answer
-- A response or a letter that has not left will not leave.
update notices set status = 'cancelled', sending_since = null
where case_id = :case_id and purpose = :purpose and status not in ('sent', 'cancelled')

-- name: cancel_updates
-- Status updates that have not left will not leave, but for one that is being handed over.
update notices set status = 'cancelled', sending_since = null
where case_id = :case_id and purpose = 'update' and status not in ('sent', 'cancelled') and not is_leaving(notices)

-- name: readdress_response
-- A response that has not left goes to another address.
update notices set to_address = :to_address
where case_id = :case_id and purpose = 'response' and status not in ('sent', 'cancelled')

-- name: hold
-- A message that has not left, held until this transaction ends.
select id, case_id, purpose, status, is_leaving(notices) as is_leaving
from notices
where id = :id and status not in ('sent', 'cancelled')
for update

-- name: hold_answer
-- The response or letter of a case that has not left, held until this transaction ends.
select id, is_leaving(notices) as is_leaving
from notices
where case_id = :case_id and purpose = :purpose and status not in ('sent', 'cancelled')
for update

-- name: send_again
-- It is tried again from the beginning: somebody asked for it.
update notices
set status = 'waiting', attempts = 0, problem = null, next_try_at = null, sending_since = null, handled_by = :by
where id = :id

-- name: withdraw
-- It will not leave: somebody said so.
update notices set status = 'cancelled', sending_since = null, handled_by = :by where id = :id

-- name: keep_back
-- It is kept, whatever is set up to send it.
update notices set status = 'kept', problem = null where id = :id

-- name: of_case
-- The messages of a case, newest first.
select id, purpose, channel, to_address, subject, body, status, created_at, sent_at, attempts, problem
from notices
where case_id = :case_id
order by id desc

-- name: waiting
-- The response of a case that has not left. One that was cut off while it was handed over may have left or not.
select id, to_address, subject, body, created_at, attempts, next_try_at, problem, handled_by is not null as sent_again,
       case when status = 'sending' and not is_leaving(notices) then 'unknown' else status end as status
from notices
where case_id = :case_id and purpose = 'response' and status not in ('sent', 'cancelled')

-- name: enter_lane
-- The lane of a message, if nobody is in it: a lock of the connection, which is free when its worker is gone.
select purpose, lane_of(notices) as lane, pg_try_advisory_lock(lane_of(notices)) as entered from notices where id = :id

-- name: leave_lane
-- The next one may come.
select pg_advisory_unlock(:lane)

-- name: claim
-- A message that may be handed over, held until this transaction ends. A status update is overtaken by a newer one of its case, and
-- wanted only by who is signed up with that address (R43); a report, only by who subscribes to it and works here.
select notices.id, notices.case_id, notices.purpose, notices.channel, notices.to_address, notices.subject, notices.body,
       notices.message_id, notices.letter_id, notices.report_month, notices.status, notices.attempts,
       notices.purpose = 'update' and exists (
           select from notices as newer
           where newer.case_id = notices.case_id and newer.purpose = 'update' and newer.id > notices.id and newer.status <> 'cancelled'
       ) as is_overtaken,
       case notices.purpose
           when 'update' then exists (
               select from cases
               where cases.id = notices.case_id and cases.updates_by = notices.channel and cases.updates_to = notices.to_address)
           when 'report' then exists (
               select from report_subscriptions join staff on staff.id = report_subscriptions.staff_id
               where staff.active and lower(staff.email) = lower(notices.to_address))
           else true end as is_wanted
from notices
where notices.id = :id and notices.status in ('waiting', 'sending')
for update of notices

-- name: mark
-- What has become of a message that was claimed. An attempt counts when it begins.
update notices set
    status = :status,
    problem = :problem,
    attempts = attempts + (cast(:status as text) = 'sending')::int,
    sending_since = case when cast(:status as text) = 'sending' then right_now() end,
    sent_at = case when cast(:status as text) = 'sent' then right_now() end,
    next_try_at = right_now() + cast(:seconds as int) * interval '1 second'
where id = :id
returning id, case_id, purpose, channel, to_address, subject, body, message_id, status, attempts, sent_at

-- name: forgotten
-- Messages that have waited for a minute longer than they should and that no job will deliver: its job ended in an error.
select id
from notices
where status in ('waiting', 'sending') and not is_leaving(notices)
  and coalesce(next_try_at, sending_since, created_at) < right_now() - interval '1 minute'
  and not exists (
      select from procrastinate_jobs as job
      where job.status in ('todo', 'doing') and job.task_name = 'deliver' and (job.args ->> 'notice_id')::bigint = notices.id)
order by id
limit 1000

-- name: late
-- How many messages should have left five minutes ago.
select count(*) from notices
where status in ('waiting', 'sending') and coalesce(next_try_at, sending_since, created_at) < right_now() - interval '5 minutes'
