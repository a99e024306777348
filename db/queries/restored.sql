-- After a back-up has been restored, in its transaction: what was to be done at its time is not done now.
-- :now and :restored are SQL literals. Every statement prints a line of what it counted; names are in full, for a restored
-- dump leaves no search path.

with skipped as (
    -- The blocked ones too: they would leave when the person lets the bot write again.
    update public.outbox set state = 'skipped', reason = :restored, claim_token = null, lease_until = null
    where state in ('queued', 'claimed', 'blocked')
    returning 1
) select 'settled', 'messages', count(*) from skipped;

with settled as (
    update public.inbox set state = 'done', done_at = :now where state = 'new' returning 1
) select 'settled', 'updates', count(*) from settled;

with forgotten as (delete from public.conversation returning 1)
select 'settled', 'conversations', count(*) from forgotten;

delete from public.backup where state = 'running';

-- Buttons in chats name rows that were made after the back-up and are gone: no new row takes the number of one.
do $$ declare numbers regclass; begin
    for numbers in select oid from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace
    loop perform setval(numbers, nextval(numbers) + 1000000); end loop;
end $$;
