-- Views read as whoever asks them, so that the policies below hold behind them as well.
do $$
declare
    made regclass;
begin
    for made in
        select oid::regclass from pg_class
        where relkind = 'v' and relnamespace = 'public'::regnamespace
          and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
    loop
        execute format('alter view %s set (security_invoker = true)', made);
    end loop;
end $$;

-- Need to know (R64): the words of may_see() once more, with what only the viewer decides looked up once for all rows. A viewer
-- of figures and whoever left see no case.
alter table cases enable row level security;
drop policy if exists need_to_know on cases;
create policy need_to_know on cases for select to dashboard_app using (
    (select works_on_cases(viewer()))
    and case when kind = 'compliment' then
                 not is_linked and (select hands_on_praise(viewer())) and (select viewer()) <> all (praised_ids)
                 or may_see_compliment(cases, (select viewer()))
             else subject_ids = '{}' or may_see_case_about_a_person(cases, (select viewer())) end);
drop policy if exists program on cases;
create policy program on cases to dashboard_system using (true) with check (true);

-- What belongs to a case is seen with it.
do $$
declare
    part text;
begin
    foreach part in array array['case_events', 'attachments', 'letters'] loop
        execute format('alter table %I enable row level security', part);
        execute format('drop policy if exists seen_with_its_case on %I', part);
        execute format('create policy seen_with_its_case on %1$I for select to dashboard_app
                        using (exists (select from cases where cases.id = %1$I.case_id))', part);
        execute format('drop policy if exists program on %I', part);
        execute format('create policy program on %I to dashboard_system using (true) with check (true)', part);
    end loop;
end $$;

-- Drafts are their writer's, saved views also those that are shared, refused rows their importer's and administrators'.
alter table drafts enable row level security;
drop policy if exists own on drafts;
create policy own on drafts for select to dashboard_app using (staff_id = (select viewer()));
drop policy if exists program on drafts;
create policy program on drafts to dashboard_system using (true) with check (true);

alter table access_log enable row level security;
drop policy if exists own on access_log;
create policy own on access_log for select to dashboard_app using (by_id = (select viewer()));
drop policy if exists own_looks on access_log;
create policy own_looks on access_log for insert to dashboard_app with check (by_id = (select viewer()));
drop policy if exists program on access_log;
create policy program on access_log to dashboard_system using (true) with check (true);
