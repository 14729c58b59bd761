namespace AeServerless.Functions.Settings;

/// <summary>How blob storage is reached: by a connection string, or by a service address and an identity.</summary>
public sealed record StorageSettings
{
    /// <summary>The connection string, or <see langword="null"/> where an identity is used.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The address of the blob service, where an identity is used.</summary>
    public Uri? BlobServiceUri { get; init; }

    /// <summary>The client id of a user-assigned identity, or <see langword="null"/> for the default one.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whether the identity is a managed one only, without the developer's own credentials as a fallback.</summary>
    public bool ManagedIdentityOnly { get; init; }

    /// <summary>How long an answer of storage is waited for before the request is sent again. The default is 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Says which way is used and nothing that is secret.</summary>
    public override string ToString() => ConnectionString is null ? $"identity at {BlobServiceUri}" : "connection string";
}
