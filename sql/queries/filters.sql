-- The filters of the queue, once each: the list, its count, the neighbours of a case and bulk actions ask the same.
-- A query takes those that are asked for in place of its comment "and the filters", so that each is planned as it stands.

-- name: open
-- Work that goes on.
cases.closed_at is null

-- name: closed
-- Work that has ended.
cases.closed_at is not null

-- name: mine
-- What I have.
cases.owner_id = :viewer

-- name: team
-- What my team has, or the teams of those who report to me.
cases.team_id = any (array(select teams_of(:viewer)))

-- name: unassigned
-- What nobody has.
cases.owner_id is null

-- name: owner
-- What this person has.
cases.owner_id = cast(:owner as bigint)

-- name: overdue
-- Past its promise: from 00:00 of the day after.
cases.running_days = any (array(select business_days from standards where step in ('answered', 'decided'))) -- as the index has it
and cases.runs_out_on < (select today())

-- name: due_soon
-- Two business days or fewer left; an escalation: today.
cases.runs_out_on between (select today()) and (select due_soon_until())
and (cases.kind <> 'escalation' or cases.responded_at is not null or cases.runs_out_on = (select today()))
and cases.running_days = any (array(select business_days from standards where step in ('answered', 'decided')))

-- name: backlog_only
-- Overdue, and already so when it was imported.
cases.source <> 'dashboard' and cases.due_on < local_date(cases.entered_at)
and cases.running_days = any (array(select business_days from standards where step in ('answered', 'decided'))) -- as the index has it
and cases.runs_out_on < (select today())

-- name: backlog_without
-- Everything else.
(cases.source = 'dashboard' or cases.due_on is null or cases.due_on >= local_date(cases.entered_at)
 or cases.runs_out_on is null or cases.runs_out_on >= (select today()))

-- name: kind
-- Complaints, escalations, comments or compliments.
cases.kind = :kind

-- name: state
-- Where it stands.
cases.state = :state

-- name: category
-- What it is about.
cases.category = :category

-- name: channel
-- How it came.
cases.channel = :channel

-- name: source
-- Where it was entered: here, or the file it came from.
cases.source = :source

-- name: received_from
-- Received on or after this day in Toronto.
cases.received_at >= cast(cast(:received_from as date) as timestamp) at time zone 'America/Toronto'

-- name: received_to
-- Received on or before this day in Toronto.
cases.received_at < cast(cast(:received_to as date) + 1 as timestamp) at time zone 'America/Toronto'

-- name: outcome_on_time
-- Answered on or before the due date. These and the next are what the figures count.
cases.responded_on <= cases.due_on

-- name: outcome_late
-- Answered after the due date.
cases.responded_on > cases.due_on

-- name: outcome_overdue
-- Open, not answered, and past the due date.
cases.due_on < (select today()) and cases.responded_on is null and cases.closed_at is null

-- name: outcome_missed
-- Answered late, or open and overdue.
(cases.responded_on > cases.due_on or cases.due_on < (select today()) and cases.responded_on is null and cases.closed_at is null)

-- name: outcome_counted
-- In the published figure: answered, or open and overdue.
(cases.responded_on is not null and cases.due_on is not null
    or cases.due_on < (select today()) and cases.responded_on is null and cases.closed_at is null)

-- name: outcome_answered
-- Answered, on time or late.
cases.responded_on is not null and cases.due_on is not null

-- name: outcome_not_due
-- Open, not answered, and not past the due date.
cases.due_on >= (select today()) and cases.responded_on is null and cases.closed_at is null

-- name: outcome_unanswered
-- Closed without an answer: withdrawn, redirected, a duplicate, not a complaint, or a reply that could not be given.
cases.due_on is not null and cases.responded_on is null and cases.closed_at is not null

-- name: outcome_last_day
-- Answered on the due date itself.
cases.responded_on = cases.due_on

-- name: outcome_informed
-- Answered late or overdue, and the customer was told how it stands on or before the due date.
cases.informed_on <= cases.due_on
and (cases.responded_on > cases.due_on or cases.due_on < (select today()) and cases.responded_on is null and cases.closed_at is null)

-- name: outcome_promised
-- An answer was promised, whatever became of it.
cases.due_on is not null

-- name: outcome_none_runs
-- No promise runs: none was made, or it was answered.
(cases.due_on is null or cases.responded_on is not null)

-- name: promise_ten
-- The 10-day promise: "Supervisor will respond back within 10 business days" of a complaint, or of a comment that asked for it.
cases.due_on is not null and cases.kind in ('complaint', 'comment')

-- name: promise_two
-- The 2-day promise: "All escalations will be responded to … within two business days."
cases.due_on is not null and cases.kind = 'escalation'

-- name: due_from
-- Due on or after this day.
cases.due_on >= cast(:due_from as date)

-- name: due_to
-- Due on or before this day. What is due by then was received by then: a list by receipt starts there.
cases.due_on <= cast(:due_to as date)
and cases.received_at < cast(cast(:due_to as date) + 1 as timestamp) at time zone 'America/Toronto'

-- name: answered_from
-- Answered on or after this day.
cases.responded_on >= cast(:answered_from as date)

-- name: answered_to
-- Answered on or before this day.
cases.responded_on <= cast(:answered_to as date)
and cases.received_at < cast(cast(:answered_to as date) + 1 as timestamp) at time zone 'America/Toronto'

-- name: closed_from
-- Closed on or after this day.
cases.closed_at >= cast(cast(:closed_from as date) as timestamp) at time zone 'America/Toronto'

-- name: closed_to
-- Closed on or before this day.
cases.closed_at < cast(cast(:closed_to as date) + 1 as timestamp) at time zone 'America/Toronto'

-- name: team_is
-- What this team has or had last.
cases.team_id = cast(:team_is as bigint)

-- name: team_none
-- What no team has.
cases.team_id is null

-- name: supervisor
-- Whom this person is accountable for; until there is an answer, what they have.
coalesce(cases.accountable_id, cases.owner_id) = cast(:supervisor as bigint)

-- name: supervisor_none
-- What nobody is accountable for.
coalesce(cases.accountable_id, cases.owner_id) is null

-- name: category_none
-- What has no category: comments and compliments.
cases.category is null

-- name: ground
-- Escalations on this ground.
cases.ground = :ground

-- name: decision
-- Escalations that were decided so.
cases.decision = :decision

-- name: decided
-- Escalations that were decided, one way or the other.
cases.decision is not null

-- name: overturned
-- Escalations that were upheld, wholly or partly: the complaint's outcome did not stand.
cases.decision in ('upheld', 'partly upheld')

-- name: taken
-- Answered in so many business days: 7, or 21 to 40.
days_it_took(coalesce(cases.reply_asked_on, cases.received_on), cases.responded_on, cases.due_on, cases.promised_days) between cast(:taken_from as int) and cast(:taken_to as int)

-- name: late_by
-- Late by so many business days, answered or not: 1, or 6 to 10.
(select days_between(due, ended) from calendar as due, calendar as ended
 where due.day = cases.due_on and ended.day = coalesce(cases.responded_on, (select today())))
    between cast(:late_from as int) and cast(:late_to as int)

-- name: among
-- The few that have the words that were looked for.
cases.id = any (:ids)

-- name: words
-- Its words, its request number, or the customer's name, phone or email.
(cases.search @@ (websearch_to_tsquery('english', :words) || websearch_to_tsquery('simple', :words))
    or cases.request_key = as_request_no(:words)
    or cases.phone = :phone
    or lower(cases.email) = lower(:words))

-- name: finding
-- What the investigation found.
cases.finding = :finding

-- name: steps_taken
-- Steps were taken.
cases.steps_taken is not null

-- name: steps_none
-- None were needed.
cases.finding is not null and cases.steps_taken is null

-- name: cause
-- The root cause, whatever its capitals.
cases.kind = 'complaint' and lower(btrim(cases.root_cause, E' .\n\t')) = :cause

-- name: what_it_is
-- No complaint, but this.
cases.state = 'not_a_complaint' and (
    select coalesce(details ->> 'what_it_is', 'not said') from case_events
    where case_id = cases.id and action = 'not_a_complaint' order by version desc limit 1) = :what_it_is
