// One identity an app, so that neither can do what only the other needs.

import { tagSet } from '../types.bicep'

param name string
param location string
param tags tagSet

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
