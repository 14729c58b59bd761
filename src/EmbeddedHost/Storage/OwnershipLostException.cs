namespace AeServerless.EmbeddedHost.Storage;

/// <summary>This process does not own the task hub any more.</summary>
internal sealed class OwnershipLostException() : Exception("This host does not own its task hub any more.");
