namespace AeServerless.LocalHost.Settings;

/// <summary>The app's settings or functions are not as they must be; the message says which and what would be right.</summary>
/// <param name="message">The message.</param>
internal sealed class HostConfigurationException(string message) : Exception(message);
