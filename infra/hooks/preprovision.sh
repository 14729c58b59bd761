#!/usr/bin/env bash
# A backend that is spelled otherwise would build one app and deploy another.
set -euo pipefail
case "${AE_BACKEND:-azureStorage}" in
    azureStorage | azureManaged) ;;
    *) echo "AE_BACKEND is '$AE_BACKEND': it must be azureStorage or azureManaged." >&2; exit 1 ;;
esac

# A budget can't begin in a past month, nor change its beginning: the month of the first deployment is remembered.
if [ -z "${AE_BUDGET_START:-}" ]; then
    azd env set AE_BUDGET_START "$(date -u +%Y-%m-01)"
fi
