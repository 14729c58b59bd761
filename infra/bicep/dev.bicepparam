// For trying things out: one app, orchestrations in the storage account, one or two T4s, and no replica while nothing runs but a quarter of an hour a night.
using 'main.bicep'

param environmentName = 'ae-dev'
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')

param durableBackend = 'azureStorage'
param gpu = 'Consumption-GPU-NC8as-T4'
param workerReplicas = { min: 0, max: 2 }
param chunkRetentionDays = 30

param workerImage = readEnvironmentVariable('SERVICE_WORKER_IMAGE_NAME', '')

param budgetAmount = 100
param budgetStart = readEnvironmentVariable('AE_BUDGET_START', '')
