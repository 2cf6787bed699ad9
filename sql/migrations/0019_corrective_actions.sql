-- Corrective actions: what is done so that the same cause does not bring the same complaint again, and whether it worked.

create table corrective_actions (
    id bigint generated always as identity primary key,
    what text not null,
    cause text,
    case_id bigint references cases,
    owner_id bigint not null references staff,
    due_on date not null,
    noted_at timestamptz not null default right_now(),
    noted_by bigint not null references staff,
    done_on date,
    worked text,
    worked_because text,
    judged_at timestamptz,
    judged_by bigint references staff,
    constraint action_says_what check (what ~ '\S'),
    constraint action_is_for_a_cause check (coalesce(cause, '') ~ '\S' or case_id is not null),
    constraint worked_is_known check (worked in ('yes', 'partly', 'no')),
    constraint judged_when_done_with_a_reason check (
        (worked is null) = (judged_at is null) and (worked is null or done_on is not null and coalesce(worked_because, '') ~ '\S'))
);
create index corrective_actions_by_due_date on corrective_actions (due_on) where done_on is null;
comment on table corrective_actions is 'What somebody does by a day about a cause of complaints; done_on when it was, worked when somebody looked whether it helped.';
comment on column corrective_actions.cause is 'The root cause it is about, as cases name it in small letters.';
grant select, insert, update (done_on, worked, worked_because, judged_at, judged_by) on corrective_actions to dashboard_app;
