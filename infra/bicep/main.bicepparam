// What `azd up` deploys: each value is a variable of the azd environment (`azd env set AE_GPU_MAX 16`).
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'ae-serverless')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')

param durableBackend = readEnvironmentVariable('AE_BACKEND', 'azureStorage')
param gpu = readEnvironmentVariable('AE_GPU', 'Consumption-GPU-NC8as-T4')
param workerReplicas = {
  min: int(readEnvironmentVariable('AE_GPU_MIN', '0'))
  max: int(readEnvironmentVariable('AE_GPU_MAX', '4'))
}
param controlReplicas = {
  min: int(readEnvironmentVariable('AE_CONTROL_MIN', '0'))
  max: 4
}
param artifactStreaming = bool(readEnvironmentVariable('AE_ARTIFACT_STREAMING', 'false'))

param controlImage = readEnvironmentVariable('SERVICE_CONTROL_IMAGE_NAME', '')
param workerImage = readEnvironmentVariable('SERVICE_WORKER_IMAGE_NAME', '')

param budgetAmount = int(readEnvironmentVariable('AE_BUDGET', '500'))
param budgetStart = readEnvironmentVariable('AE_BUDGET_START', '')
