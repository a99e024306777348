-- Учётная запись бота (не суперпользователь), роль второй стены между школами и база. Выполняется один раз,
-- когда база создаётся; на своём сервере — от имени его администратора, с паролем вместо первой строки.
-- PostgreSQL 15 и 16 не знают LOCALE_PROVIDER builtin: там оставьте в конце CREATE DATABASE только LOCALE 'C.UTF-8'.
\set password `cat /run/secrets/database_password`
CREATE ROLE zvonok_bot LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'password';
CREATE ROLE zvonok_school NOLOGIN;
GRANT zvonok_school TO zvonok_bot;
CREATE DATABASE zvonok_journal OWNER zvonok_bot TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8';
REVOKE CONNECT, TEMPORARY ON DATABASE zvonok_journal FROM PUBLIC;
