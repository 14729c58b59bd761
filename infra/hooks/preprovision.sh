#!/usr/bin/env bash
# A budget can't begin in a past month, nor change its beginning: the month of the first deployment is remembered.
set -euo pipefail
if [ -z "${AE_BUDGET_START:-}" ]; then
    azd env set AE_BUDGET_START "$(date -u +%Y-%m-01)"
fi
