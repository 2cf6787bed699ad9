-- Need to know (R64): a complaint about a person is visible to its supervisor, their chain of management and
-- administrators, never to its subject. Until somebody has it, to those who could take it.
create or replace function may_see(c cases, viewer bigint) returns boolean language sql stable parallel safe as $$
    select case
        when cardinality(c.subject_ids) = 0 then true
        when viewer = any (c.subject_ids) then false
        when c.owner_id = viewer then true
        else exists (
            select from staff
            where staff.id = viewer and (
                staff.role = 'administrator'
                or exists (select from staff_above where staff_id = c.owner_id and above_id = viewer)
                or c.owner_id is null and staff.role in ('supervisor', 'manager', 'director')
                    and viewer <> all (c.recused_ids)
                    and not exists (
                        select from staff_above where staff_id = viewer and above_id = any (c.subject_ids)))
        )
    end
$$;
comment on function may_see is 'Whether this person may see this case (R64). Every list and page asks it.';
