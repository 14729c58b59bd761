@export()
@description('A serverless GPU of Container Apps. The first container of a replica gets the whole GPU.')
type gpuProfile = 'Consumption-GPU-NC8as-T4' | 'Consumption-GPU-NC24-A100'

@export()
@description('Where orchestrations are kept. azureStorage: in the storage account, one app does everything. azureManaged: in the Durable Task Scheduler, which hands each app its own work.')
type backend = 'azureStorage' | 'azureManaged'

@export()
@description('How many replicas an app may have. 0 at least: it costs nothing when there is no work.')
type replicas = {
  @minValue(0)
  min: int
  @minValue(1)
  @maxValue(1000)
  max: int
}

@export()
type schedulerSku = {
  @description('Consumption: pay per action, 500 actions/s. Dedicated: per capacity unit, 2,000 actions/s each.')
  name: 'Consumption' | 'Dedicated'
  @description('Capacity units; Dedicated only.')
  capacity: int?
}

@export()
@description('vCPU and memory of a replica: on Consumption fixed pairs up to 4 / 8Gi, on a GPU profile all of the machine.')
type resources = {
  cpu: int
  memory: string
}

@export()
type tagSet = {
  *: string
}

@export()
type setting = {
  name: string
  value: string
}

@export()
@description('Names of the containers beside `activations`, whose name is fixed: the upload trigger names it.')
type containerNames = {
  models: string
  autoencoders: string
  recipes: string
  results: string
}
