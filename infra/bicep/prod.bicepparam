// For large datasets: A100s, a scheduler of its own, zone-redundant storage, and a control app that is always there.
using 'main.bicep'

param environmentName = 'ae-prod'
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')

param durableBackend = 'azureManaged'
param gpu = 'Consumption-GPU-NC24-A100'
param workerReplicas = { min: 0, max: 64 }
param controlReplicas = { min: 1, max: 8 }
param scheduler = { name: 'Dedicated', capacity: 1 }
param historyDays = 90
param logDays = 90
param artifactStreaming = true
param storageSku = 'Standard_ZRS'
param chunkTokens = 262144

param controlImage = readEnvironmentVariable('SERVICE_CONTROL_IMAGE_NAME', '')
param workerImage = readEnvironmentVariable('SERVICE_WORKER_IMAGE_NAME', '')

param budgetAmount = 5000
param budgetStart = readEnvironmentVariable('AE_BUDGET_START', '')
