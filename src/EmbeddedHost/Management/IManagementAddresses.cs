namespace AeServerless.EmbeddedHost.Management;

/// <summary>Where and with which query the management API of this host is reached.</summary>
internal interface IManagementAddresses
{
    /// <summary>Scheme and authority that this host listens on, without a slash at the end.</summary>
    string BaseAddress { get; }

    /// <summary>The query that management addresses carry: hub, connection and key.</summary>
    string Query { get; }
}
