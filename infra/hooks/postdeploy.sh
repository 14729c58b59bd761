#!/usr/bin/env bash
# After the app runs: tells Event Grid where uploads go. Event Grid calls the webhook once before it believes in it, so the app must be there.
set -euo pipefail
: "${AE_HOST:?}" "${AE_CONTROL_APP:?}" "${AE_EVENTS_TOPIC:?}" "${AE_STORAGE_ACCOUNT:?}" "${AE_ACTIVATIONS_CONTAINER:?}" "${AZURE_RESOURCE_GROUP:?}"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The blob extension makes its key when the host first starts; an app at zero replicas starts on a request.
key=""
for attempt in $(seq 1 30); do
    curl --silent --show-error --max-time 60 --output /dev/null "$AE_HOST/api/health" || true
    key="$(az containerapp function keys show --resource-group "$AZURE_RESOURCE_GROUP" --name "$AE_CONTROL_APP" \
        --key-type systemKey --key-name blobs_extension --query 'value.value || value || properties.value' --output tsv 2>/dev/null || true)"
    [ -n "$key" ] && break
    echo "The app is starting ($attempt of 30) …"
    sleep 10
done
[ -n "$key" ] || { echo "The app did not start: az containerapp logs show -g $AZURE_RESOURCE_GROUP -n $AE_CONTROL_APP" >&2; exit 1; }

# In a file that only this user reads, not on a command line that everyone sees.
parameters="$(mktemp)"
trap 'rm -f "$parameters"' EXIT
cat > "$parameters" <<PARAMETERS
{
  "topicName": { "value": "$AE_EVENTS_TOPIC" },
  "storageName": { "value": "$AE_STORAGE_ACCOUNT" },
  "activationsContainer": { "value": "$AE_ACTIVATIONS_CONTAINER" },
  "webhook": { "value": "$AE_HOST/runtime/webhooks/blobs?functionName=Host.Functions.OnDatasetUploadedEvent&code=$key" }
}
PARAMETERS
az deployment group create --resource-group "$AZURE_RESOURCE_GROUP" --name uploads --template-file infra/bicep/uploads.bicep \
    --parameters "@$parameters" --output none

if [ "${AE_ARTIFACT_STREAMING:-false}" = true ] && [ -n "${SERVICE_WORKER_IMAGE_NAME:-}" ]; then
    image="${SERVICE_WORKER_IMAGE_NAME#*/}"
    az acr artifact-streaming update --name "${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}" --repository "${image%:*}" --enable-streaming true --output none
fi

echo "Uploads start runs. A key for ./ae: az containerapp function keys show -g $AZURE_RESOURCE_GROUP -n $AE_CONTROL_APP --key-type hostKey --key-name default"
