#!/bin/sh
# Makes flowprof's database on every node of the cluster and joins the nodes. Does nothing where that was done.
set -eu
on() {
  node=$1 database=$2
  shift 2
  psql --set=ON_ERROR_STOP=1 --host="$node" --username=postgres --dbname="$database" "$@"
}
if on coordinator postgres -Atc "SELECT 1 FROM pg_database WHERE datname = 'flowprof'" | grep -q 1; then exit 0; fi
for node in worker-1 worker-2 coordinator; do
  on "$node" postgres -c 'CREATE DATABASE flowprof'
  on "$node" flowprof -c 'CREATE EXTENSION citus'
done
on coordinator flowprof <<'SQL'
SELECT citus_set_coordinator_host('coordinator', 5432);
SELECT citus_add_node('worker-1', 5432);
SELECT citus_add_node('worker-2', 5432);
SQL
on coordinator flowprof --set=password="$KEEPER_PASSWORD" <<'SQL'
CREATE ROLE keeper LOGIN CREATEROLE PASSWORD :'password';
GRANT ALL ON DATABASE flowprof TO keeper;
GRANT ALL ON SCHEMA public TO keeper;
SQL
