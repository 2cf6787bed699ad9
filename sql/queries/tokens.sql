-- name: holder
-- Whose token this is, if it holds now.
select id, client, scopes, per_minute, last_used_on is distinct from today() as first_today
from api_tokens
where digest = :digest and revoked_at is null and expires_at > clock_timestamp()

-- name: used
-- It was used today.
update api_tokens set last_used_on = today() where id = :id

-- name: issue
-- A new token of this client; the same client may have several, as while one is turned.
insert into api_tokens (client, digest, scopes, per_minute, expires_at)
values (:client, :digest, cast(:scopes as text[]), :per_minute, clock_timestamp() + make_interval(days => :days))
returning expires_at

-- name: current
-- The newest token of this client that holds now, and whether there are others that are for something else.
select scopes, per_minute, greatest(1, ceil(extract(epoch from expires_at - issued_at) / 86400))::int as days,
       exists (
           select from api_tokens as other
           where other.client = :client and other.revoked_at is null and other.expires_at > clock_timestamp()
             and not (other.scopes @> api_tokens.scopes and other.scopes <@ api_tokens.scopes)) as others
from api_tokens
where client = :client and revoked_at is null and expires_at > clock_timestamp()
order by id desc
limit 1

-- name: run_out
-- The tokens of this client that hold now end after so many hours, if not before.
update api_tokens
set expires_at = greatest(least(expires_at, clock_timestamp() + make_interval(hours => :hours)), issued_at + interval '1 microsecond')
where client = :client and revoked_at is null and expires_at > clock_timestamp()

-- name: revoke
-- The tokens of this client open nothing from now on.
update api_tokens set revoked_at = clock_timestamp() where client = :client and revoked_at is null

-- name: listing
-- Every token, without what it is: whose, for what, and how it stands.
select client, scopes, per_minute, issued_at, expires_at, last_used_on,
       case when revoked_at is not null then 'revoked' when expires_at <= clock_timestamp() then 'expired' else 'holds' end as stands
from api_tokens
order by client, id
