-- Each case as people read it: names, and where its promise stands today.
drop view if exists case_board;
create view case_board as
with clock as (
    select today() as day,
           (select business_day_no from calendar where calendar.day = today()) as day_no,
           -- an answer given on a day off counts as the next business day
           (select business_day_no + (not is_business_day)::int from calendar where calendar.day = today()) as answer_no
)
select c.id, c.request_no, c.kind, c.state, c.version, c.source, c.title, c.description, c.category, c.tags, c.topic,
       c.subject_ids, array(select staff.name from staff where staff.id = any (c.subject_ids) order by 1) as subject_names,
       c.division_id, coalesce(division.name, '311 Toronto') as division,
       c.channel, c.received_at, c.received_on, c.entered_at, c.entered_by, entrant.name as entered_by_name, c.backdated_because,
       c.promised_days, c.due_on, c.first_due_on, c.reply_requested,
       c.customer_name, c.phone, c.email, c.postal_address, c.contact_held_by,
       c.language, c.interpreter, c.accessible_format, c.erased_at,
       c.team_id, team.name as team, c.owner_id, owner.name as owner, c.assigned_at, c.recused_ids, c.acknowledged_at,
       c.finding, c.finding_summary, c.sources_checked, c.root_cause, c.steps_taken, c.no_steps_because,
       c.responded_at, c.responded_on, c.response_channel, c.response,
       c.responded_by, responder.name as responded_by_name, c.accountable_id, accountable.name as accountable,
       c.closed_at, c.redirected_to, target.name as redirected_to_name, c.duplicate_of, original.request_no as duplicate_of_no,
       c.closed_at is null as is_open,
       c.closed_at is null and c.due_on < clock.day as is_overdue,
       case when c.closed_at is null then
           case when c.due_on < clock.day then due.business_day_no - clock.answer_no
                else due.business_day_no - clock.day_no end
       end as days_left,
       case when c.closed_at is null
           then 1 - (due.business_day_no - clock.answer_no)::float8 / c.promised_days
       end as share_used,
       business_days_taken(c.received_on, coalesce(c.responded_on, local_date(c.closed_at))) as days_taken,
       c.responded_on > c.due_on as answered_late
from clock
cross join cases as c
left join calendar as due on due.day = c.due_on
left join divisions as division on division.id = c.division_id
left join divisions as target on target.id = c.redirected_to
left join teams as team on team.id = c.team_id
left join staff as owner on owner.id = c.owner_id
left join staff as entrant on entrant.id = c.entered_by
left join staff as responder on responder.id = c.responded_by
left join staff as accountable on accountable.id = c.accountable_id
left join cases as original on original.id = c.duplicate_of;
comment on view case_board is
    'Each case with its names and its promise today. days_left is negative when late; share_used passes 1 when overdue.';
grant select on case_board to dashboard_app;
