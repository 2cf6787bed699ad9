-- The first import into an empty database may have the tables of cases to itself.

create function take_empty_cases() returns boolean language plpgsql set lock_timeout = '500ms' as $$
begin
    if exists (select from cases)
        or exists (select from pg_class where oid in ('cases'::regclass, 'case_events'::regclass)
                                          and not pg_has_role(relowner, 'usage')) then
        return false;
    end if;
    lock table cases, case_events in access exclusive mode;
    if exists (select from cases) then -- somebody was faster; caught below, so that the lock is given back
        raise lock_not_available;
    end if;
    return true;
exception when lock_not_available then
    return false;
end $$;
comment on function take_empty_cases is
    'Whether there are no cases and they are the caller''s own until the transaction ends: until then everybody else waits. It waits
for nobody longer than half a second, which is less than anybody waits before looking for a deadlock.';

-- It named the index itself, and an index that is named by a function cannot be dropped and made again.
create or replace function sort_in_new_words() returns void language sql security definer
set search_path = pg_catalog, public, pg_temp set maintenance_work_mem = '256MB' as $$
    select gin_clean_pending_list('cases_by_word')
$$;
