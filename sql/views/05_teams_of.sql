-- Whose work somebody looks after: their own team, and the teams of everybody who reports to them.
create or replace function teams_of(viewer bigint) returns setof bigint language sql stable parallel safe as $$
    select team_id from staff where id = viewer and team_id is not null
    union
    select staff.team_id from staff_above join staff on staff.id = staff_above.staff_id
    where staff_above.above_id = viewer and staff.team_id is not null
$$;
