#!/bin/sh
# Runs once, when the database is made: the role that owns flowprof's tables, and its database.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$KEEPER_PASSWORD" --username=postgres <<'SQL'
CREATE ROLE keeper LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE flowprof OWNER keeper;
SQL
