-- name: choose
-- Whose eyes it is for, where COPY can take no parameter.
select set_config('app.viewer', :viewer, true)

-- name: all
-- Every case that may leave, with names instead of ids, in the columns that the source "own" reads.
copy (
    with viewer as (
        select nullif(current_setting('app.viewer', true), '')::bigint as id
    )
    select formula_safe(cases.request_no) as request_no, cases.kind, cases.state,
           formula_safe(cases.title) as title, formula_safe(cases.description) as description, cases.category,
           formula_safe(array_to_string(cases.tags, ' ')) as tags, formula_safe(cases.topic) as topic, cases.channel,
           to_json(cases.received_at) #>> '{}' as received_at, formula_safe(cases.backdated_because) as backdated_because,
           cases.promised_days, cases.due_on, cases.first_due_on, cases.reply_requested,
           case when known then formula_safe(cases.customer_name) end as customer_name,
           case when known then formula_safe(cases.phone) end as phone,
           case when known then formula_safe(cases.email) end as email,
           case when known then formula_safe(cases.postal_address) end as postal_address,
           case when known or num_nonnulls(cases.phone, cases.email, cases.postal_address) = 0 then formula_safe(cases.contact_held_by)
                else '311 Toronto dashboard' end as contact_held_by, formula_safe(cases.language) as language,
           cases.interpreter, formula_safe(cases.accessible_format) as accessible_format,
           formula_safe(division.name) as division,
           formula_safe((select string_agg(subject.email, ' ' order by subject.id) from staff as subject
                         where subject.id = any (cases.subject_ids)
                            or subject.id in (select staff_id from praise where case_id = cases.id and known_by = 'named'))) as subjects,
           formula_safe(owner.email) as owner, formula_safe(team.name) as team,
           to_json(cases.assigned_at) #>> '{}' as assigned_at, to_json(cases.acknowledged_at) #>> '{}' as acknowledged_at,
           cases.finding, formula_safe(cases.finding_summary) as finding_summary,
           formula_safe(cases.sources_checked) as sources_checked, formula_safe(cases.root_cause) as root_cause,
           formula_safe(cases.steps_taken) as steps_taken, formula_safe(cases.no_steps_because) as no_steps_because,
           to_json(cases.responded_at) #>> '{}' as answered_at, cases.response_channel,
           case when known then formula_safe(cases.response) end as response, formula_safe(responder.email) as responded_by,
           formula_safe(accountable.email) as accountable, to_json(cases.closed_at) #>> '{}' as closed_at,
           formula_safe(target.name) as redirected_to, formula_safe(original.request_no) as duplicate_of,
           formula_safe(complaint.request_no) as escalates, cases.ground, cases.never_arrived,
           formula_safe(cases.admitted_because) as admitted_because, formula_safe(cases.represented_by) as represented_by,
           formula_safe(cases.consent) as consent, cases.updates_by, formula_safe(cases.updates_to) as updates_to,
           cases.decide_days, cases.decide_by, cases.decision, formula_safe(cases.decision_reasons) as decision_reasons,
           formula_safe(cases.remedy) as remedy, cases.remedy_by, cases.letter_due, formula_safe(cases.letter_because) as letter_because,
           to_json(cases.decided_at) #>> '{}' as decided_at, formula_safe(decider.email) as decided_by,
           to_json(cases.told_at) #>> '{}' as told_at, cases.told_by, to_json(cases.ombudsman_at) #>> '{}' as ombudsman_at
    from viewer
    cross join cases
    -- whom a compliment is from leaves with it only if they agreed (R62)
    cross join lateral (select cases.kind <> 'compliment' or cases.naming_consent is not null as known) as identity
    left join divisions as division on division.id = cases.division_id
    left join divisions as target on target.id = cases.redirected_to
    left join teams as team on team.id = cases.team_id
    left join staff as owner on owner.id = cases.owner_id
    left join staff as responder on responder.id = cases.responded_by
    left join staff as accountable on accountable.id = cases.accountable_id
    left join cases as original on original.id = cases.duplicate_of
    left join cases as complaint on complaint.id = cases.complaint_id
    left join staff as decider on decider.id = cases.decided_by
    where may_leave(cases, viewer.id)
    order by cases.id
) to stdout with (format csv, header)

-- name: log
-- Exports of cases about a person are logged (R64).
insert into access_log (by_id, case_id, what, detail, why)
select cast(:viewer as bigint), cases.id, 'export', 'all cases', cast(:why as text)
from cases
where cardinality(cases.subject_ids) > 0 and may_see(cases, cast(:viewer as bigint))

-- name: left_out
-- Cases that this viewer, or nobody in particular, may not take along.
select count(*) from cases where not may_leave(cases, cast(:viewer as bigint))

-- name: log_some
-- The same, of some of them.
insert into access_log (by_id, case_id, what, detail)
select cast(:viewer as bigint), cases.id, 'export', 'list'
from cases
where cases.id = any (cast(:ids as bigint[])) and cardinality(cases.subject_ids) > 0
