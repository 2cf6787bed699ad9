-- name: known
-- A sign-in that was seen before: whose it is, and whether it was ended.
select staff_id, ended_at is not null as ended from sign_ins where token_digest = :token

-- name: bound
-- The person whom this account of the provider is bound to.
select staff_id from identities where issuer = :issuer and subject = :subject

-- name: by_email
-- The person of this address in the staff directory, also if they left.
select id, active from staff where lower(email) = lower(:email)

-- name: bind
-- This account is this person from now on, unless the account or the person is bound already.
insert into identities (issuer, subject, staff_id) values (:issuer, :subject, :staff_id) on conflict do nothing

-- name: release
-- The accounts bound to this person no longer are.
delete from identities where staff_id = :staff_id

-- name: begin
-- Somebody signed in; a second tab that comes at the same moment adds nothing.
insert into sign_ins (token_digest, staff_id) values (:token, :staff_id) on conflict do nothing

-- name: finish
-- This sign-in is over, in every tab and for every copy of its cookie.
update sign_ins set ended_at = clock_timestamp() where token_digest = :token and ended_at is null

-- name: finish_all
-- Every sign-in of this person is over.
update sign_ins set ended_at = clock_timestamp() where staff_id = :staff_id and ended_at is null

-- name: take_role
-- The role that the provider says, where it is another one.
update staff set role = :role where id = :staff_id and role <> :role
