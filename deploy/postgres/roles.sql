-- One role and one schema per context; a role can reach its own schema and no other.
--
-- Run it as the owner of the database who may make roles (CREATEROLE; no superuser is needed),
-- connected to the database of Frame Flow, as often as you like:
--     psql --dbname=frameflow --file=deploy/postgres/roles.sql
-- On a server that holds only some of the contexts, name them:
--     PGOPTIONS='-c frameflow.contexts=auth,upload' psql --dbname=frameflow --file=deploy/postgres/roles.sql
-- Then give each role a password, which psql asks for and sends encrypted:
--     \password frameflow_auth  …
-- and each context its URL:
--     AUTH_DATABASE_URL=postgres://frameflow_auth:…@host/frameflow  …

DO $$
DECLARE
    known   text[] := ARRAY['auth', 'upload', 'processing', 'download', 'orchestration'];
    wanted  text[] := string_to_array(nullif(current_setting('frameflow.contexts', true), ''), ',');
    myself  pg_roles%ROWTYPE;
    context text;
    member  text;
BEGIN
    SELECT * INTO myself FROM pg_roles WHERE rolname = current_user;
    IF NOT wanted <@ known THEN
        RAISE EXCEPTION 'frameflow.contexts must name some of: %', array_to_string(known, ',');
    END IF;

    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;

    FOREACH context IN ARRAY coalesce(wanted, known)
    LOOP
        member := 'frameflow_' || context;
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = member) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT', member);
        END IF;
        -- Who is no superuser can give a schema only to a role that he may become.
        IF NOT myself.rolsuper THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', member);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), member);
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', context, member);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', context);
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', member, current_database(), context);
        IF NOT myself.rolsuper THEN
            EXECUTE format('REVOKE %I FROM CURRENT_USER', member);
        END IF;
    END LOOP;
END
$$;
