-- How each promise ended (section H): the due date decides the period, and an open overdue case is missed from that day.
-- An answer that left counts, whatever became of the case later; who closes without one leaves the figure and is counted beside it.
drop view if exists on_time;
create view on_time as
select cases.id as case_id, cases.kind, cases.due_on, cases.received_on, cases.responded_on, cases.promised_days,
       case when cases.responded_on is not null then
           as_it_was_promised(days_between(received, answered), cases.promised_days, cases.responded_on > cases.due_on) end as days_taken,
       case
           when cases.responded_on <= cases.due_on then 'answered on time'
           when cases.responded_on > cases.due_on then 'answered late'
           when cases.closed_at is not null then 'closed without an answer'
           when cases.due_on < today() then 'open and overdue'
           else 'not yet due'
       end as outcome,
       cases.version, cases.state, cases.team_id, cases.category, cases.channel,
       coalesce(cases.accountable_id, cases.owner_id) as supervisor_id, cases.accountable_id, cases.owner_id, cases.ground, cases.decision,
       (cases.informed_on <= cases.due_on) is true as informed,
       case when cases.responded_on > cases.due_on then days_between(due, answered) when cases.responded_on <= cases.due_on then 0 end
           as days_late
from cases
left join calendar as received on received.day = coalesce(cases.reply_asked_on, cases.received_on) -- asked later, its clock starts then
left join calendar as due on due.day = cases.due_on
left join calendar as answered on answered.day = cases.responded_on
where cases.due_on is not null;
comment on view on_time is 'Each promise and how it stands: the published figure counts those due in the period.';
grant select on on_time to dashboard_app, dashboard_system;
