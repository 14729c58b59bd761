// Names of what is deployed. They are made here, not module outputs: what-if can then say what a deployment would change.

@export()
@description('Names by what they are of, from a token that no other deployment has.')
func resourceNames(token string) resourceNameSet => {
  workspace: 'log-${token}'
  insights: 'appi-${token}'
  storage: 'st${token}'
  scheduler: 'dts-${token}'
  hub: 'ae-serverless'
  registry: 'cr${token}'
  environment: 'cae-${token}'
  topic: 'evgt-${token}'
  controlIdentity: 'id-control-${token}'
  workerIdentity: 'id-worker-${token}'
  controlApp: 'ca-control-${token}'
  workerApp: 'ca-worker-${token}'
}

type resourceNameSet = {
  workspace: string
  insights: string
  storage: string
  scheduler: string
  hub: string
  registry: string
  environment: string
  topic: string
  controlIdentity: string
  workerIdentity: string
  controlApp: string
  workerApp: string
}
