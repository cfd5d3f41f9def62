#!/bin/sh
# Makes the passwords and the master key that docker-compose.yml mounts, in ./secrets, or the folder given. What exists is kept.
set -eu
folder=${1:-$(dirname "$0")/../secrets}
umask 077
mkdir -p "$folder"
cd "$folder"

random() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
in_url() { random | tr '+/' '-_' | tr -d '='; }
# Compose mounts these files as they are, and the processes in the containers are not root: each may read the file,
# but on this machine only the folder's owner gets to it.
keep() {
  if [ -e "$1" ]; then
    echo "$1 is kept"
    return
  fi
  printf '%s\n' "$2" > "$1"
  chmod 444 "$1"
}

keep postgres_password "$(in_url)"
keep database_url "postgres://grantkeeper:$(cat postgres_password)@postgres:5432/grantkeeper"
keep redis_password "$(in_url)"
keep redis_url "redis://:$(cat redis_password)@redis:6379/0"
keep key_ring "k1:$(random)"
keep first_operator_password "$(in_url)"
chmod 700 .
echo "The secrets are in $(pwd). Keep a copy of key_ring apart from the database's backups: without it they open nothing."
