-- What may leave as a file: what its reader may see; for nobody in particular, what everybody who works on cases may see. That is no
-- case about a person (R64), and no compliment: it is for those who hand it on, and its words may tell whom it is from (R62).
create or replace function may_leave(c cases, viewer bigint) returns boolean language sql stable parallel safe
return case when viewer is null then c.kind <> 'compliment' and c.subject_ids = '{}' else may_see(c, viewer) end;
comment on function may_leave is 'Whether this case may be in a file for this person, or for nobody in particular.';
