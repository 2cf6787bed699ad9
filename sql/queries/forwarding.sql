-- name: promised_on
-- By when a reply that is asked for today is promised.
select due_on(today(), standard_on(:kind, 'answered', today()))

-- name: leads
-- The active team leads.
select staff.id, staff.name, teams.name as team
from staff
left join teams on teams.id = staff.team_id
where staff.active and staff.role = 'team_lead'
order by staff.name

-- name: mine
-- Comments forwarded to a team lead: what waits first, the promised replies worst first, then what is unacknowledged, each the oldest first; then the last that were done.
select cases.id, cases.request_no, cases.title, cases.tags, cases.forwarded_at, cases.lead_heard_at, cases.lead_done_at,
       cases.lead_outcome, cases.reply_requested, board.kind, board.state, board.due_on, board.runs_out_on, board.days_left, board.is_overdue, board.is_open, board.responded_on,
       board.days_taken, board.answered_late
from cases
join case_board as board on board.id = cases.id
where cases.kind = 'comment' and cases.lead_id = :viewer and may_see(cases, :viewer)
order by cases.lead_done_at is not null or not board.is_open,
         case when cases.lead_done_at is null then board.share_used end desc nulls last,
         cases.lead_done_at is null and cases.lead_heard_at is not null,
         case when cases.lead_done_at is null and board.is_open then cases.forwarded_at end,
         coalesce(cases.lead_done_at, cases.forwarded_at) desc, cases.id
limit 200

-- name: themes
-- What the comments forwarded to a team lead are about.
select theme, count(*) as comments, count(*) filter (where cases.received_on > today() - 90) as lately,
       count(*) filter (where cases.lead_done_at is not null) as acted_on
from cases
cross join unnest(case when cases.tags = '{}' then array['no theme given'] else cases.tags end) as theme
where cases.kind = 'comment' and cases.lead_id = :viewer and may_see(cases, :viewer)
group by theme
order by comments desc, theme

-- name: was_tried
-- Whether the history tells of an attempt to reach the customer: a follow-up, or a reply that did not arrive.
select exists (
    select from case_events
    where case_id = :id and action in ('log_follow_up', 'response_failed', 'response_came_back'))
