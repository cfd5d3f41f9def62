#!/bin/sh
# Makes the certificates of the outbound specs anew. They last 100 years and nothing but these specs trusts them.
set -eu
cd "$(dirname "$0")"
openssl ecparam -name prime256v1 -genkey -noout -out server-key.pem
openssl ecparam -name prime256v1 -genkey -noout -out authority-key.pem

# file, certificate extensions, start, end (YYYYMMDDHHMMSSZ), the subject's key, and how it is signed
issue() {
  openssl req -new -key "$5" -subj "/CN=outbound specs: $1" -out issue.csr
  printf '%b' "$2" > issue.ext
  mkdir issue.ca && : > issue.ca/index.txt && openssl rand -hex 8 > issue.ca/serial
  printf '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=issue.ca\ndatabase=issue.ca/index.txt\nserial=issue.ca/serial\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' > issue.cnf
  # shellcheck disable=SC2086
  openssl ca -batch -notext -config issue.cnf -in issue.csr -extfile issue.ext -startdate "$3" -enddate "$4" -out "$1.pem" $6
  rm -rf issue.csr issue.ext issue.cnf issue.ca
}
ours='subjectAltName=DNS:localhost,DNS:provider.test,IP:127.0.0.1\n'
by_authority='-cert authority.pem -keyfile authority-key.pem'
issue authority 'basicConstraints=critical,CA:true\n' 20240101000000Z 21240101000000Z authority-key.pem '-selfsign -keyfile authority-key.pem'
issue good "$ours" 20240101000000Z 21240101000000Z server-key.pem "$by_authority"
issue other-host 'subjectAltName=DNS:somebody-else.test\n' 20240101000000Z 21240101000000Z server-key.pem "$by_authority"
issue names-only 'subjectAltName=DNS:localhost,DNS:provider.test\n' 20240101000000Z 21240101000000Z server-key.pem "$by_authority"
issue expired "$ours" 20200101000000Z 20210101000000Z server-key.pem "$by_authority"
issue self-signed "$ours" 20240101000000Z 21240101000000Z server-key.pem '-selfsign -keyfile server-key.pem'
rm authority-key.pem
