-- When the words of a case may go (R65): who used it last, how long that is kept, and what holds it.
create or replace function related_cases(c cases) returns setof cases language sql stable parallel safe as $$
    select other.* from cases as other where other.id = c.complaint_id or other.complaint_id = c.id
$$;
comment on function related_cases is 'The complaint of an escalation, or the escalations of a complaint: they are kept as long as each other.';

create or replace function kept_because(c cases) returns text language sql stable parallel safe as $$
    select case
        when c.closed_at is null then 'it is open'
        when c.held_at is not null or exists (select from related_cases(c) where held_at is not null) then 'it is on legal hold'
        when c.ombudsman_at > coalesce(c.ombudsman_ended_at, '-infinity')
             or exists (select from related_cases(c) where ombudsman_at > coalesce(ombudsman_ended_at, '-infinity')) then
            'it is with Ombudsman Toronto'
        when exists (select from related_cases(c) where closed_at is null) then 'it is escalated, or its complaint is open'
        when exists (select from notices where case_id = c.id and status not in ('sent', 'cancelled')) then 'a message of it has not left'
    end
$$;
comment on function kept_because is 'Why nothing of a case may be erased now, whatever its age; null where nothing stands in the way.';

create or replace function last_used_on(c cases) returns date language sql stable parallel safe as $$
    select greatest(
        local_date(c.closed_at),
        (select local_date(max(at)) from case_events where case_id = c.id and action <> 'erase'),
        (select local_date(max(at)) from access_log where case_id = c.id),
        (select max(greatest(local_date(closed_at), (select local_date(max(at)) from case_events where case_id = other.id and action <> 'erase'),
                             (select local_date(max(at)) from access_log where case_id = other.id)))
         from related_cases(c) as other))
$$;
comment on function last_used_on is 'When somebody last worked on a case, on its complaint or escalations, or read it where reads are logged.';

create or replace function erased_after(c cases) returns date language sql stable parallel safe as $$
    select (last_used_on(c) + make_interval(months => greatest(months_kept(c.kind), (select max(months_kept(kind)) from related_cases(c)))))::date
$$;
comment on function erased_after is 'The last day on which a case is kept as it is, if nothing holds it.';

create or replace function unused_since(day date) returns setof bigint language sql stable parallel safe as $$
    with unused as materialized ( -- before anything is asked of each case
        select cases.id
        from cases
        where cases.erased_at is null and cases.closed_at < day
          and not exists (
              select from case_events as event
              where event.case_id = cases.id and event.action <> 'erase' and event.at >= day + interval '4 days')
    )
    select id from unused
$$;
comment on function unused_since is
    'Closed cases on which nobody worked since this day, or in the days by which months differ: among them are all that are past their retention.';
