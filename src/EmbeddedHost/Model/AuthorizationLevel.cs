namespace AeServerless.EmbeddedHost;

/// <summary>Who may call an HTTP function.</summary>
public enum AuthorizationLevel
{
    /// <summary>Anyone who reaches the address.</summary>
    Anonymous,

    /// <summary>Not offered by this host: treated as <see cref="Function"/>.</summary>
    User,

    /// <summary>Callers with the host's key in <c>x-functions-key</c> or <c>?code=</c>. The default.</summary>
    Function,

    /// <summary>Treated as <see cref="Function"/>: the embedded host has one key.</summary>
    System,

    /// <summary>Treated as <see cref="Function"/>: the embedded host has one key.</summary>
    Admin,
}
