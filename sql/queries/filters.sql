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

-- name: among
-- The few that have the words that were looked for.
cases.id = any (:ids)

-- name: words
-- Its words, its request number, or the customer's name, phone or email.
(cases.search @@ (websearch_to_tsquery('english', :words) || websearch_to_tsquery('simple', :words))
    or cases.request_key = as_request_no(:words)
    or cases.phone = :phone
    or lower(cases.email) = lower(:words))
