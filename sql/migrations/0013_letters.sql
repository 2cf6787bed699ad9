-- Letters: "When appropriate, a decision letter will be shared via email or mail so that it can be taken for an external
-- review to Ombudsman Toronto." (L43) The same table holds the response to a complaint when it goes by mail.

create table letters (
    id bigint generated always as identity primary key,
    case_id bigint not null references cases,
    purpose text not null,
    version int not null,
    replaces bigint references letters,
    replaces_because text,
    -- what it says, as it was typed
    parts jsonb not null,
    large_print boolean not null default false,
    text_no int not null default 1,
    drafted_at timestamptz not null default right_now(),
    changed_at timestamptz not null default right_now(),
    author_id bigint not null references staff,
    writer_ids bigint[] not null,
    -- a second pair of eyes before it leaves
    asked_id bigint references staff,
    asked_by bigint references staff,
    asked_at timestamptz,
    approved_by bigint references staff,
    approved_at timestamptz,
    -- frozen from here on
    issued_by bigint references staff,
    issued_at timestamptz,
    sends_by text,
    address text,
    pdf bytea,
    sha256 text,
    constraint one_letter_per_version unique (case_id, version),
    constraint purpose_is_known check (purpose in ('decision', 'response')),
    constraint parts_are_texts check (jsonb_typeof(parts) = 'object' and not jsonb_path_exists(parts, 'strict $.* ? (@.type() != "string")')),
    constraint further_version_says_what_it_replaces check (
        (version = 1) = (replaces is null) and (replaces is null) = (replaces_because is null) and replaces_because ~ '\S' is not false),
    constraint author_is_one_of_its_writers check (author_id = any (writer_ids)),
    constraint asked_by_somebody_of_somebody check (
        (asked_at is null) = (asked_id is null) and (asked_at is null) = (asked_by is null)),
    constraint approved_by_somebody check ((approved_at is null) = (approved_by is null)),
    constraint nobody_approves_their_own_letter check (approved_by <> all (writer_ids)),
    constraint letter_is_issued_whole check (
        (issued_at is null) = (issued_by is null) and (issued_at is null) = (sends_by is null)
        and (issued_at is null) = (address is null) and (issued_at is null) = (pdf is null)
        and (issued_at is null) = (sha256 is null)),
    constraint letter_leaves_by_email_or_mail check (sends_by in ('email', 'mail')),
    constraint letter_has_a_second_pair_of_eyes check (issued_at is null or approved_at is not null),
    constraint checksum_is_of_the_letter check (sha256 = encode(sha256(pdf), 'hex'))
);
create unique index one_letter_at_work_per_case on letters (case_id) where issued_at is null;
create index letters_at_work on letters (id) where issued_at is null;
create index letters_by_issue on letters (issued_at, id) where issued_at is not null;
comment on table letters is 'Decision letters, and responses that go by mail: one row for each version. Once issued, a row never changes (R45-R47).';
comment on column letters.parts is 'The parts of the text by name, as they were typed.';
comment on column letters.text_no is 'Which text this is: each change counts one up. An approval is of one text.';
comment on column letters.drafted_at is 'When its parts were last drafted from the case.';
comment on column letters.writer_ids is 'Everybody who wrote in it: none of them is its second pair of eyes.';
comment on column letters.address is 'Where it goes: the email address, or the postal address in its window.';

create function keep_letters() returns trigger language plpgsql as $$
declare
    subject_of cases;
begin
    if tg_op = 'INSERT' then
        if new.asked_at is not null or new.approved_at is not null or new.issued_at is not null then
            raise exception 'A letter begins as a draft.' using errcode = 'TO311';
        end if;
        return new;
    end if;
    if old.issued_at is not null then
        raise exception 'An issued letter cannot be changed; a new version of it can be issued.' using errcode = 'TO311';
    end if;
    if not old.writer_ids <@ new.writer_ids then
        raise exception 'Whoever wrote in a letter stays named in it.' using errcode = 'TO311';
    end if;
    -- "A second pair of eyes before it leaves": what they saw is what leaves
    if (new.parts, new.large_print) is distinct from (old.parts, old.large_print) then
        if new.issued_at is not null then
            raise exception 'A letter is issued as it was approved.' using errcode = 'TO311';
        end if;
        new.text_no := old.text_no + 1;
        new.changed_at := right_now();
        new.asked_id := null; new.asked_by := null; new.asked_at := null; new.approved_by := null; new.approved_at := null;
    end if;
    if new.issued_at is not null and (old.approved_by, old.approved_at) is distinct from (new.approved_by, new.approved_at) then
        raise exception 'A letter is issued as it was approved.' using errcode = 'TO311';
    end if;
    if new.approved_by is not null and new.approved_by is distinct from old.approved_by then
        select * into subject_of from cases where id = new.case_id;
        if not exists (select from staff where id = new.approved_by and active and role in ('manager', 'director'))
           or new.approved_by = any (subject_of.subject_ids || subject_of.recused_ids)
           or exists (select from staff_above where staff_id = new.approved_by and above_id = any (subject_of.subject_ids))
           or new.approved_by in (select handlers_of(subject_of.complaint_id)) then
            raise exception 'A letter is approved by an independent manager or director.' using errcode = 'TO311';
        end if;
    end if;
    return new;
end $$;
create trigger letters_are_kept before insert or update on letters for each row execute function keep_letters();
create trigger letters_are_not_taken_away before delete on letters for each row execute function refuse_change_of_history();
create trigger letters_are_not_emptied before truncate on letters for each statement execute function refuse_change_of_history();

create table letter_journeys (
    id bigint generated always as identity primary key,
    letter_id bigint not null references letters,
    what text not null,
    at timestamptz not null,
    by_id bigint references staff,
    constraint journey_is_known check (what in ('left', 'came back'))
);
create index journeys_by_letter on letter_journeys (letter_id, id);
comment on table letter_journeys is 'When an issued letter left, and when it came back. Rows are added and never changed.';
create trigger journeys_are_kept before update or delete on letter_journeys for each row execute function refuse_change_of_history();
create trigger journeys_are_not_emptied before truncate on letter_journeys for each statement execute function refuse_change_of_history();

-- A letter leaves by email with the outbox: the message carries it.
alter table notices
    add column letter_id bigint references letters,
    drop constraint purpose_is_known,
    add constraint purpose_is_known check (purpose in ('response', 'acknowledgement', 'update', 'letter')),
    add constraint letter_is_enclosed check ((purpose = 'letter') = (letter_id is not null));
create unique index one_letter_on_its_way on notices (case_id) where purpose = 'letter' and status in ('waiting', 'failed', 'kept');

grant select, insert on letters, letter_journeys to dashboard_app;
grant update (
    parts, large_print, drafted_at, author_id, writer_ids, asked_id, asked_by, asked_at, approved_by, approved_at,
    issued_by, issued_at, sends_by, address, pdf, sha256
) on letters to dashboard_app;
grant usage on all sequences in schema public to dashboard_app;
