-- Retention, so that nobody shortens it below a year, and no single case keeps back the others (R65).

-- A setting below a year that was made before is put right, and stays in the record of settings.
insert into retention_rules (kind, months, why)
select kind, 12, 'Cases are kept for a year at least.' from (select distinct kind from retention_rules) as kinds where months_kept(kind) < 12;
alter table retention_rules add constraint kept_for_a_year_at_least check (months >= 12) not valid;

-- A case that cannot be erased as it is: it is looked at, it stays, and the account says why. Only an error's five signs are kept of it.
create function leave_case_of_erasure(erasure bigint, problem text) returns bigint language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    stuck bigint;
begin
    if problem !~ '^[0-9A-Z]{5}$' then
        raise exception 'Only the code of an error is kept, and none of its words.' using errcode = 'TO311';
    end if;
    -- as erase_next() holds it: else the other one who carries it out might have done the case that is meant
    perform from erasures where id = erasure and approved_by <> asked_by and done_at is null for no key update;
    if not found then
        raise exception 'Nothing is erased that two people have not decided.' using errcode = 'TO311';
    end if;
    -- the one that is next in turn, as in erase_next()
    select case_id into stuck from erasure_cases as listed
    where listed.erasure_id = erasure and listed.looked_at is null
    order by case_id
    limit 1
    for no key update;
    update erasure_cases as listed set looked_at = right_now(), kept_because = 'it could not be erased (error ' || problem || ')'
    where listed.erasure_id = erasure and listed.case_id = stuck;
    return stuck;
end $$;
comment on function leave_case_of_erasure is 'The next case of an approved erasure could not be erased: it is kept, with the code of the error; which case that is.';
revoke execute on function leave_case_of_erasure from public;
grant execute on function leave_case_of_erasure to dashboard_system;
