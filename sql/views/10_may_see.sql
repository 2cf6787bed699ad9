-- Need to know (R64): a complaint about a person is visible to its supervisor, its reviewer, their chain of management and
-- administrators, never to its subject. Until somebody has it, to those who could take it.
-- In plpgsql, whose plan a connection keeps: one in SQL would be planned again by every query that asks it.
create or replace function may_see_case_about_a_person(c cases, viewer bigint) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return viewer <> all (c.subject_ids) and (
        c.owner_id = viewer
        or exists (select from staff where id = viewer and role = 'administrator')
        or exists (select from staff_above where staff_id = c.owner_id and above_id = viewer)
        or c.owner_id is null and (c.kind <> 'escalation' or c.closed_at is null)
            and viewer <> all (c.recused_ids)
            and exists (
                select from staff where id = viewer
                  and role = any (case when c.kind = 'escalation' then array['manager', 'director']
                                       else array['supervisor', 'manager', 'director'] end))
            and not exists (select from staff_above where staff_id = viewer and above_id = any (c.subject_ids))
        -- the team lead it was forwarded to, and those above them
        or c.lead_id = viewer
        or exists (select from staff_above where staff_id = c.lead_id and above_id = viewer)
        -- whoever is asked to be the second pair of eyes on its letter, until it is issued
        or exists (select from letters where case_id = c.id and asked_id = viewer and issued_at is null)
        -- whoever reviews its escalation, or may come to, and those above them
        or c.kind = 'complaint' and exists (
            select from cases as escalation
            where escalation.complaint_id = c.id and may_see_case_about_a_person(escalation, viewer))
    ) is true;
end $$;

create or replace function hands_on_praise(viewer bigint) returns boolean language sql stable parallel safe
return exists (select from staff where id = viewer and role in ('supervisor', 'manager', 'director', 'administrator'));

-- A compliment is for those who hand it on: supervisors and those above them, administrators, and whoever entered it. It
-- carries the customer's identity, which "is withheld from staff unless they agreed" (R62); what the praised read is in
-- praise_words, on a page of their own. Where a complaint was split from its words (R58) it is need to know as that is, and
-- never for its subject; praise that was split from a complaint has words of its own and knows nothing of it.
create or replace function may_see_compliment(c cases, viewer bigint) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return viewer <> all (c.praised_ids)
        and (c.owner_id = viewer or c.entered_by = viewer or hands_on_praise(viewer))
        and not (c.is_linked and exists (
            select from case_links join cases as complaint on complaint.id = case_links.case_id
            where case_links.other_id = c.id and complaint.subject_ids <> '{}'
              and (viewer = any (complaint.subject_ids)
                   or not (c.owner_id = viewer
                           or exists (select from staff_above where staff_id = c.owner_id and above_id = viewer)
                           or exists (select from praise where case_id = c.id and supervisor_id = viewer)
                           or may_see_case_about_a_person(complaint, viewer)))));
end $$;

-- Several functions, because only one without a subquery is folded into the query that asks it: most cases are about nobody.
create or replace function may_see(c cases, viewer bigint) returns boolean language sql stable parallel safe
return case when c.kind = 'compliment' then may_see_compliment(c, viewer)
            else c.subject_ids = '{}' or may_see_case_about_a_person(c, viewer) end;
comment on function may_see is 'Whether this person may see this case (R64). Every list and page asks it.';

create or replace function viewer() returns bigint language sql stable parallel safe
return nullif(current_setting('app.viewer', true), '')::bigint;
comment on function viewer is 'Whose page this transaction reads for; null for nobody, who sees no case.';

create or replace function works_on_cases(viewer bigint) returns boolean language sql stable parallel safe
return exists (select from staff where id = viewer and active and role <> 'viewer');
comment on function works_on_cases is 'Whether they are here and have to do with cases at all: who only reads figures has not.';
