-- name: rules
-- How long each kind is kept, who set it and why.
select distinct on (rule.kind) rule.kind, rule.months, rule.set_at, coalesce(staff.name, 'System') as by_name, rule.why
from retention_rules as rule
left join staff on staff.id = rule.set_by
order by rule.kind, rule.id desc

-- name: set_rule
-- From now on, this kind is kept so long.
insert into retention_rules (kind, months, set_by, why) values (:kind, :months, :by, :why)

-- name: settings
-- Every setting of how long, the newest first, with the one before it: who changed what, when and why.
select rule.kind, lag(rule.months) over (partition by rule.kind order by rule.id) as before, rule.months, rule.set_at,
       coalesce(staff.name, 'System') as by_name, rule.why
from retention_rules as rule
left join staff on staff.id = rule.set_by
order by rule.id desc

-- name: becomes_due
-- How many cases would be due for erasure today, and are not, were this kind kept so long; no more are counted than asked.
select count(*)::int
from (
    select
    from unused_since((today() - make_interval(months => cast(:months as int)))::date) as unused
    join cases on cases.id = unused
    where (cases.kind = :kind or (cases.kind in ('complaint', 'escalation') and :kind in ('complaint', 'escalation')))
      and kept_because(cases) is null and cast(:viewer as bigint) <> all (cases.subject_ids)
      and erased_after(cases) >= today()
      and last_used_on(cases) + make_interval(months => (
              select max(case kinds.kind when :kind then cast(:months as int) else months_kept(kinds.kind) end)
              from (select cases.kind union select related.kind from related_cases(cases) as related) as kinds)) < today()
    limit :most
) as become_due

-- name: months_before
-- How long its kind was kept when this case was erased, or the kind of what belongs with it, if that was longer.
select max(rule.months)
from cases
cross join lateral (select cases.kind union select related.kind from related_cases(cases) as related) as kinds
cross join lateral (
    select months from retention_rules
    where kind = kinds.kind
    order by set_at <= cases.erased_at desc, case when set_at <= cases.erased_at then -id else id end
    limit 1
) as rule
where cases.id = :id

-- name: due
-- Cases past their retention that nothing holds, the longest unused first. Nobody decides about a complaint about themselves.
select cases.id, cases.request_no, cases.kind, last_used_on(cases) as last_used_on, may_see(cases, :viewer) as may_see
from unused_since((today() - make_interval(months => (select min(months_kept(kind)) from retention_rules)))::date) as unused
join cases on cases.id = unused
where erased_after(cases) < today() and kept_because(cases) is null
  and (cast(:viewer as bigint) is null or cast(:viewer as bigint) <> all (cases.subject_ids))
order by cases.closed_at, cases.id
limit :most

-- name: held
-- Why cases that are past their retention are kept all the same, and how many.
select because, count(*)::int as cases
from (
    select case when cases.closed_at is not null then kept_because(cases) end as because
    from unused_since((today() - make_interval(months => (select min(months_kept(kind)) from retention_rules)))::date) as unused
    join cases on cases.id = unused
    where erased_after(cases) < today()
      and (cast(:viewer as bigint) is null or cast(:viewer as bigint) <> all (cases.subject_ids))
) as old
where because is not null
group by because
order by because

-- name: on_hold
-- Cases on legal hold that this person may see, the newest hold first.
select cases.request_no, cases.kind, cases.held_at, cases.held_because, staff.name as by_name
from cases join staff on staff.id = cases.held_by
where cases.held_at is not null and may_see(cases, :viewer)
order by cases.held_at desc
limit :most

-- name: hold
-- A legal hold is set, lifted, or Ombudsman Toronto has done with it: one statement with its history.
with changed as (
    update cases set
        version = version + 1,
        held_at = case :action when 'hold' then right_now() when 'lift_hold' then null else held_at end,
        held_by = case :action when 'hold' then cast(:by as bigint) when 'lift_hold' then null else held_by end,
        held_because = case :action when 'hold' then :why when 'lift_hold' then null else held_because end,
        ombudsman_ended_at = case :action when 'end_referral' then right_now() else ombudsman_ended_at end
    where id = :id and case :action when 'hold' then held_at is null when 'lift_hold' then held_at is not null
                                    else ombudsman_at > coalesce(ombudsman_ended_at, '-infinity') end
    returning id, version, state
)
insert into case_events (case_id, version, by_id, action, from_state, to_state, note)
select id, version, cast(:by as bigint), :action, state, state, :why from changed
returning version

-- name: ask
-- Somebody asks to erase what is due.
insert into erasures (asked_by, why) values (:by, :why) returning id

-- name: list
-- The cases that are meant.
insert into erasure_cases (erasure_id, case_id) select :id, unnest(cast(:cases as bigint[]))

-- name: asked
-- The cases of an erasure that this person may see, the longest unused first, and how many those are.
select cases.request_no, cases.kind, last_used_on(cases) as last_used_on, count(*) over ()::int as seen
from erasure_cases join cases on cases.id = erasure_cases.case_id
where erasure_cases.erasure_id = :id and may_see(cases, :viewer)
order by cases.closed_at, cases.id
limit :most

-- name: rejected
-- Refused rows of imports that are older than a complaint is kept.
select count(*)::int
from imports join import_refusals on import_refusals.import_id = imports.id and cardinality(import_refusals.cells) > 0
where imports.erased_at is null and imports.finished_at < right_now() - make_interval(months => months_kept('complaint'))

-- name: approve
-- Another one approves it.
update erasures set approved_by = :by, approved_at = right_now() where id = :id and approved_at is null and withdrawn_at is null returning id

-- name: withdraw
-- It is not done after all.
update erasures set withdrawn_by = :by, withdrawn_at = right_now() where id = :id and approved_at is null and withdrawn_at is null returning id

-- name: leave
-- The next case of this erasure cannot be erased: it stays.
select leave_case_of_erasure(:id, :problem)

-- name: take
-- The erasure that was approved and is not done, for this transaction alone: nobody else carries out any of it until it ends.
select id from erasures where approved_at is not null and done_at is null for no key update skip locked

-- name: left
-- The cases that these erasures left, and why: those that this person may see.
select listed.erasure_id, cases.request_no, cases.kind, listed.kept_because
from erasure_cases as listed
join cases on cases.id = listed.case_id
where listed.erasure_id = any (cast(:erasures as bigint[])) and listed.kept_because is not null
  and (cast(:viewer as bigint) is null or may_see(cases, :viewer))
order by listed.erasure_id desc, cases.id
limit :most

-- name: carry_out
-- The next cases of the erasure that was approved.
select erasure_id, looked_at_now, to_do from erase_next(:most)

-- name: erasures
-- Every erasure, the newest first, how far it is and what came of it: counted as if there were no case about this person, if any.
with newest as (
    select * from erasures order by id desc limit 20
), about_them as (
    select listed.* from erasure_cases as listed join cases on cases.id = listed.case_id
    where listed.erasure_id in (select id from newest) and cast(:viewer as bigint) = any (cases.subject_ids)
)
select erasure.id, erasure.asked_at, asker.name as asked_by_name, erasure.asked_by, erasure.why, erasure.approved_at,
       approver.name as approved_by_name, erasure.withdrawn_at, erasure.done_at,
       ((select count(*) from erasure_cases where erasure_id = erasure.id) - not_theirs.listed)::int as listed,
       ((select count(*) from erasure_cases where erasure_id = erasure.id and looked_at is not null) - not_theirs.looked_at)::int as looked_at,
       (select jsonb_object_agg(counted.key, counted.value::bigint - coalesce((
            select case counted.key when 'cases' then count(erased) when 'kept' then count(kept_because)
                                    else sum((erased ->> counted.key)::bigint) end
            from about_them where erasure_id = erasure.id), 0))
        from jsonb_each_text(erasure.account) as counted) as account
from newest as erasure
cross join lateral (
    select count(*) as listed, count(looked_at) as looked_at from about_them where erasure_id = erasure.id
) as not_theirs
join staff as asker on asker.id = erasure.asked_by
left join staff as approver on approver.id = erasure.approved_by
order by erasure.id desc

-- name: kept
-- Why cases of an erasure were kept after all: those that this person may see.
select listed.kept_because, count(*)::int as cases
from erasure_cases as listed
join cases on cases.id = listed.case_id
where listed.erasure_id = :id and listed.kept_because is not null and (cast(:viewer as bigint) is null or may_see(cases, :viewer))
group by 1
order by 2 desc, 1
