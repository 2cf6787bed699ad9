-- Absences: who is away, so that what falls due meanwhile finds somebody else.

create table absences (
    id bigint generated always as identity primary key,
    staff_id bigint not null references staff,
    from_on date not null,
    to_on date not null,
    noted_at timestamptz not null default right_now(),
    noted_by bigint references staff,
    ended_at timestamptz,
    constraint absence_ends_after_it_begins check (to_on >= from_on)
);
create index absences_by_person on absences (staff_id, to_on) where ended_at is null;
comment on table absences is 'Who is away from when to when, as it was noted. An absence that was called off has ended_at.';
grant select, insert, update (ended_at) on absences to dashboard_app;
