-- One role and one schema per context; a role can reach its own schema and no other.
--
-- Run it as a superuser, connected to the database of Frame Flow, as often as you like:
--     psql --dbname=frameflow --file=deploy/postgres/roles.sql
-- then give each role a password:  \password frameflow_auth  …
-- and each context its URL:        AUTH_DATABASE_URL=postgres://frameflow_auth:…@host/frameflow  …

DO $$
DECLARE
    context text;
    member  text;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;

    FOREACH context IN ARRAY ARRAY['auth', 'upload', 'processing', 'download', 'orchestration']
    LOOP
        member := 'frameflow_' || context;
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = member) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT', member);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), member);
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', context, member);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', context);
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', member, current_database(), context);
    END LOOP;
END
$$;
