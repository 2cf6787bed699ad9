-- Sign-in: which account of the City's provider is which person, and who signed in when.

create table identities (
    issuer text not null,
    subject text not null,
    staff_id bigint not null references staff,
    bound_at timestamptz not null default clock_timestamp(),
    primary key (issuer, subject),
    constraint one_account_per_person unique (issuer, staff_id)
);
comment on table identities is 'Which account of a provider is which person. Bound at the first sign-in by a verified email address; from then on the address no longer matters.';

create table sign_ins (
    id bigint generated always as identity primary key,
    token_digest text not null unique,
    staff_id bigint not null references staff,
    began_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz
);
create index sign_ins_by_person on sign_ins (staff_id, began_at);
comment on table sign_ins is 'Each sign-in, by the SHA-256 of what is unique in it; one that was signed out has ended_at and opens nothing again.';

-- Binding an account anew, or a role, is for the owner of the tables: python -m core bind, python -m core release.
grant select, insert on identities to dashboard_system;
grant select, insert, update (ended_at) on sign_ins to dashboard_system;
grant usage on sequence sign_ins_id_seq to dashboard_system;
