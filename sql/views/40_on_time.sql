-- How each promise ended (section H): the due date decides the period, and an open overdue case is missed from that day.
drop view if exists on_time;
create view on_time as
select id as case_id, kind, due_on, received_on, responded_on, promised_days,
       as_it_was_promised(business_days_taken(coalesce(reply_asked_on, received_on), responded_on), promised_days, responded_on > due_on) as days_taken,
       case
           when responded_on <= due_on then 'answered on time'
           when responded_on > due_on then 'answered late'
           when closed_at is not null then 'closed without an answer'
           when due_on < today() then 'open and overdue'
           else 'not yet due'
       end as outcome
from cases
where due_on is not null;
comment on view on_time is 'Each promise and how it stands: the published figure counts those due in the period.';
grant select on on_time to dashboard_app;
