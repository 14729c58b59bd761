#!/usr/bin/env bash
# Exit code 0 if the app is healthy, under a Functions host or alone. Bash alone: the base image has no HTTP client.
set -euo pipefail
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 15 _ status _ <&3
[[ $status == 2* ]]
