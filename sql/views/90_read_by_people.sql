-- Views read as whoever asks them, so that the rules below hold behind them as well.
do $do$
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
end $do$;

-- Which rows are given to whoever reads for a person (R64). What the program does by itself is given all; the tables that are
-- not here hold nothing of a customer and nothing of what somebody did with a case.
do $do$
declare
    rule record;
begin
    for rule in select * from (values
        -- Need to know: the words of may_see() once more, with what only the viewer decides looked up once for all rows.
        -- A viewer of figures and whoever left see no case.
        ('cases', $$(select works_on_cases(viewer()))
            and case when kind = 'compliment' then
                         not is_linked and (select hands_on_praise(viewer())) and (select viewer()) <> all (praised_ids)
                         or may_see_compliment(cases, (select viewer()))
                     else subject_ids = '{}' or may_see_case_about_a_person(cases, (select viewer())) end$$),
        -- What belongs to a case is seen with it.
        ('case_events', 'exists (select from cases where cases.id = case_events.case_id)'),
        ('attachments', 'exists (select from cases where cases.id = attachments.case_id)'),
        ('letters', 'exists (select from cases where cases.id = letters.case_id)'),
        ('letter_journeys', 'exists (select from letters where letters.id = letter_journeys.letter_id)'),
        ('praise', 'exists (select from cases where cases.id = praise.case_id)'),
        ('praise_seen', 'exists (select from praise where praise.id = praise_seen.praise_id)'),
        ('frozen_promises', 'exists (select from cases where cases.id = frozen_promises.case_id)'),
        ('case_links', 'exists (select from cases where cases.id = case_links.case_id)
            and exists (select from cases where cases.id = case_links.other_id)'),
        ('corrective_actions', 'case_id is null or exists (select from cases where cases.id = corrective_actions.case_id)'),
        -- A message of no case is a digest: its reader's, and administrators'.
        ('notices', $$case when case_id is not null then exists (select from cases where cases.id = notices.case_id)
            else exists (select from staff where id = viewer() and (role = 'administrator' or lower(email) = lower(to_address))) end$$),
        ('digests', 'staff_id = (select viewer())'),
        ('drafts', 'staff_id = (select viewer())'),
        ('saved_views', 'shared or owner_id = (select viewer())'),
        ('access_log', 'by_id = (select viewer())'),
        -- Refused rows say what customers said: whoever imported them, and administrators.
        ('import_refusals', $$exists (
            select from imports where imports.id = import_refusals.import_id and imports.by_id = (select viewer()))
            or exists (select from staff where id = viewer() and role = 'administrator')$$),
        ('escalation_attempts', $$by_id = (select viewer()) or exists (
            select from staff where id = viewer() and role in ('supervisor', 'manager', 'director', 'administrator'))$$)
    ) as rules (part, given) loop
        execute format('alter table %I enable row level security', rule.part);
        execute format('drop policy if exists given_to_people on %I', rule.part);
        execute format('create policy given_to_people on %I for select to dashboard_app using (%s)', rule.part, rule.given);
        execute format('drop policy if exists given_to_the_program on %I', rule.part);
        execute format('create policy given_to_the_program on %I to dashboard_system using (true) with check (true)', rule.part);
    end loop;
end $do$;

drop policy if exists own_looks on access_log;
create policy own_looks on access_log for insert to dashboard_app with check (by_id = (select viewer()));
