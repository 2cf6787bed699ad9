-- Messages that wait, failed, are kept or may have left, and those that left today; each with its case.
drop view if exists outbox;
create view outbox as
select notices.id, notices.case_id, cases.request_no, cases.kind, notices.purpose, notices.channel, notices.to_address,
       notices.created_at, notices.attempts, notices.next_try_at, notices.sent_at, notices.problem,
       case when notices.status = 'waiting' or is_leaving(notices) then 'waiting'
            when notices.status = 'sending' then 'unknown' -- whoever handed it over is gone
            else notices.status end as stands
from notices
left join cases on cases.id = notices.case_id
where notices.status not in ('sent', 'cancelled')
   or notices.status = 'sent' and notices.sent_at >= today()::timestamp at time zone 'America/Toronto';
comment on view outbox is 'What has not left, as it stands now, and what left today.';
grant select on outbox to dashboard_app, dashboard_system;
