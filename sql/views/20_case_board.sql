-- An answer keeps its verdict: a closure that was added later must not say that a late one took the promised days, nor that
-- one on time took more.
create or replace function as_it_was_promised(taken int, promised int, late boolean) returns int
language sql immutable parallel safe
return case when late then greatest(taken, promised + 1) when not late then least(taken, promised) else taken end;

-- Each case as people read it: names, and where its promise stands today.
-- Names are looked up one by one: a query then pays only for those it shows.
drop view if exists case_board;
create view case_board as
select c.id, c.request_no, c.kind, c.state, c.version, c.source, c.title, c.description, c.category, c.tags, c.topic,
       c.subject_ids, array(select name from staff where id = any (c.subject_ids) order by 1) as subject_names,
       c.division_id, coalesce((select name from divisions where id = c.division_id), '311 Toronto') as division,
       c.channel, c.received_at, c.received_on, c.entered_at,
       c.entered_by, (select name from staff where id = c.entered_by) as entered_by_name, c.backdated_because,
       c.promised_days, c.due_on, c.first_due_on, c.reply_requested,
       c.customer_name, c.phone, c.email, c.postal_address, c.contact_held_by,
       c.language, c.interpreter, c.accessible_format, c.erased_at,
       c.team_id, (select name from teams where id = c.team_id) as team,
       c.owner_id, (select name from staff where id = c.owner_id) as owner, c.assigned_at, c.recused_ids, c.acknowledged_at,
       c.finding, c.finding_summary, c.sources_checked, c.root_cause, c.steps_taken, c.no_steps_because,
       c.responded_at, c.responded_on, c.response_channel, c.response,
       c.responded_by, (select name from staff where id = c.responded_by) as responded_by_name,
       c.accountable_id, (select name from staff where id = c.accountable_id) as accountable,
       c.closed_at, c.redirected_to, (select name from divisions where id = c.redirected_to) as redirected_to_name,
       c.duplicate_of, (select request_no from cases where id = c.duplicate_of) as duplicate_of_no,
       c.complaint_id, (select request_no from cases where id = c.complaint_id) as complaint_no, c.ground, c.never_arrived,
       c.admitted_because, c.represented_by, c.consent, c.updates_by, c.updates_to, c.decide_days, c.decide_by,
       c.decision, c.decision_reasons, c.remedy, c.remedy_by, c.letter_due, c.letter_because, c.decided_at,
       c.decided_by, (select name from staff where id = c.decided_by) as decided_by_name, c.told_at, c.told_by, c.ombudsman_at,
       c.assessed_because, c.lead_id, (select name from staff where id = c.lead_id) as lead, c.forwarded_at, c.lead_heard_at,
       c.lead_outcome, c.lead_done_at, c.reply_asked_on, coalesce(c.reply_asked_on, c.received_on) as clock_started_on, c.anonymous,
       c.no_reply_at, c.no_reply_because,
       c.praised_ids, c.praise_words, c.naming_consent, c.naming_consent_at,
       (select name from staff where id = c.naming_consent_by) as naming_consent_by_name, c.shared_at, c.shared_with,
       (select name from staff where id = c.shared_with) as shared_with_name,
       c.held_at, c.held_because, (select name from staff where id = c.held_by) as held_by_name,
       c.runs_out_on, c.closed_at is null as is_open,
       (c.closed_at is null and c.runs_out_on < today()) is true as is_overdue,
       case when c.closed_at is null then
           case when c.runs_out_on < today() then due.business_day_no - (today.business_day_no + (not today.is_business_day)::int)
                else due.business_day_no - today.business_day_no end
       end as days_left,
       case when c.closed_at is null then -- an answer given on a day off counts as the next business day
           1 - (due.business_day_no - (today.business_day_no + (not today.is_business_day)::int))::float8 / c.running_days
       end as share_used,
       ( -- business_days_taken() written out: a function with a subquery is not folded into the query that asks it
           select as_it_was_promised(days_between(received, answered), c.promised_days, c.responded_on > c.due_on)
           from calendar as received, calendar as answered
           where received.day = coalesce(c.reply_asked_on, c.received_on) and answered.day = coalesce(c.responded_on, local_date(c.closed_at))
       ) as days_taken,
       c.responded_on > c.due_on as answered_late
from cases as c
left join calendar as today on today.day = today()
left join calendar as due on due.day = c.runs_out_on;
comment on view case_board is
    'Each case with its names and its promise today. days_left is negative when late; share_used passes 1 when overdue.';
grant select on case_board to dashboard_app, dashboard_system;
