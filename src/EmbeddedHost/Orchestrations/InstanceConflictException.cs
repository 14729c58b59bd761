namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>The stored instance is not the one that this process has in memory: it must be read again.</summary>
/// <param name="instanceId">The instance.</param>
internal sealed class InstanceConflictException(string instanceId)
    : Exception($"Instance '{instanceId}' was changed in storage by someone else.");
