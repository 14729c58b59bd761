#!/usr/bin/env bash
# Local settings for what was provisioned. Neither file has a key in it: storage is reached as who is signed in.
#   .ae/azure.env             for ./ae:  set -a; . .ae/azure.env; set +a
#   .ae/local.settings.json   for a function app on this machine that uses the storage account in Azure
set -euo pipefail
: "${AE_HOST:?azd sets it from the outputs of infra/bicep/main.bicep}" "${AE_STORAGE:?}" "${AE_STORAGE_ACCOUNT:?}"

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p .ae
cat > .ae/azure.env <<SETTINGS
AE_HOST=$AE_HOST
AE_STORAGE=$AE_STORAGE
SETTINGS

endpoint() { printf '%s' "${AE_STORAGE/.blob./.$1.}"; }
cat > .ae/local.settings.json <<SETTINGS
{
  "IsEncrypted": false,
  "Values": {
    "FUNCTIONS_WORKER_RUNTIME": "dotnet-isolated",
    "AzureWebJobsStorage__blobServiceUri": "$AE_STORAGE",
    "AzureWebJobsStorage__queueServiceUri": "$(endpoint queue)",
    "AzureWebJobsStorage__tableServiceUri": "$(endpoint table)",
    "NightlySchedule": "0 0 3 * * *",
    "AzureWebJobs.OnDatasetUploadedEvent.Disabled": "true"
  }
}
SETTINGS
echo "Wrote .ae/azure.env and .ae/local.settings.json.${AE_DASHBOARD:+ Dashboard: $AE_DASHBOARD}"
