-- What somebody was to a case before this change of it: as 0022 has it, but only the relation that is asked for is looked up. As
-- one expression over all of them it was the dearest part of a move after the checks of the case itself.
create or replace function was_related(c cases, changes jsonb, who bigint, relation text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    owner bigint := case when changes ? 'owner_id' then (changes #>> '{owner_id,0}')::bigint else c.owner_id end;
    subjects bigint[] := c.subject_ids;
    related boolean;
begin
    if changes ? 'subject_ids' then
        subjects := array(select jsonb_array_elements_text(changes #> '{subject_ids,0}')::bigint);
    end if;
    case relation
    when 'owner' then
        related := owner = who;
    when 'above the owner' then
        related := exists (select from staff_above where staff_id = owner and above_id = who);
    when 'same team' then
        related := exists (
            select from staff
            where id = who and team_id = case when changes ? 'team_id' then (changes #>> '{team_id,0}')::bigint else c.team_id end);
    when 'named in it' then
        related := who = any (subjects);
    when 'reports to a person named in it' then
        related := subjects <> '{}' and exists (select from staff_above where staff_id = who and above_id = any (subjects));
    when 'declared a conflict' then
        if changes ? 'recused_ids' then
            related := who in (select jsonb_array_elements_text(changes #> '{recused_ids,0}')::bigint);
        else
            related := who = any (c.recused_ids);
        end if;
    -- whoever answered the complaint by this very escalation was found independent then, and may end it
    when 'handled the complaint' then
        related := c.kind = 'escalation' and who in (select handlers_of(c.complaint_id))
            and not exists (select from case_events where case_id = c.id and by_id = who and action = 'answer_complaint');
    when 'reviews its escalation' then
        related := exists (select from cases where complaint_id = c.id and closed_at is null and owner_id = who);
    when 'team lead it was forwarded to' then
        related := case when changes ? 'lead_id' then (changes #>> '{lead_id,0}')::bigint else c.lead_id end = who;
    when 'wrote in its letter' then
        related := who = any ((select writer_ids from letters where case_id = c.id order by version desc limit 1)::bigint[]);
    when 'supervises who is praised, or is above them' then
        related := exists (
            select from praise
            where case_id = c.id
              and (supervisor_id = who or exists (select from staff_above where staff_id = supervisor_id and above_id = who)));
    else
        related := false;
    end case;
    return related is true;
end $$;
